#include "engines/all.h"
#include "engines/clamav/clamav.h"
#include "engines/dovecot/dovecot.h"
#include "engines/networks.h"
#include "engines/postfix/postfix.h"
#include "engines/postsrsd/postsrsd.h"
#include "engines/rspamd/rspamd.h"
#include "engines/unbound/unbound.h"
#include "engines/valkey/valkey.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/text.h"
#include "settings/table.h"
#include "tests/unit/temporary_folder.h"

namespace {

constexpr const char* good = "DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=a@example.org\n";

settings::Settings with(const std::string& more) {
    auto settings = settings::parse_file(good + more);
    REQUIRE(settings);
    return *settings;
}

engines::Paths in(const tests::TemporaryFolder& workspace) {
    return {.workspace = workspace.path(),
            .templates = ENGINE_TEMPLATES,
            .trust_anchor = std::string(GOLDEN_CASES) + "/root.key"};
}

const engines::RenderedFile* find(const engines::Engine& engine, const std::string& path) {
    const auto found = std::ranges::find(engine.files, path, &engines::RenderedFile::path);
    return found == engine.files.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("engines come in an order in which each finds what it needs") {
    const tests::TemporaryFolder workspace;
    const auto all = engines::all(with(""), in(workspace));
    REQUIRE(all);
    std::set<std::string> started;
    for (const auto& engine : *all)
        for (const auto& service : engine.services) {
            CAPTURE(service.name);
            CHECK_FALSE(service.ready.empty());
            for (const auto& need : service.needs) CHECK(started.contains(need));
            started.insert(service.name);
        }
    CHECK(started == std::set<std::string>{"unbound", "valkey", "rspamd", "dovecot", "postsrsd", "postfix"});
}

TEST_CASE("the trust anchor is seeded when the workspace has none or an empty one, and then left alone") {
    const tests::TemporaryFolder workspace;
    const auto paths = in(workspace);
    const auto key = workspace.path() / "var/lib/unbound/root.key";
    const auto is_seeded = [&](const std::string& more) {
        const auto engine = engines::unbound(with(more), paths);
        REQUIRE(engine);
        return find(*engine, key.string()) != nullptr;
    };
    CHECK(is_seeded(""));
    CHECK_FALSE(is_seeded("DNS_VALIDATION=false\n"));
    std::filesystem::create_directories(key.parent_path());
    std::ofstream(key) << "; autotrust trust anchor file\n";
    CHECK(is_seeded(""));
    std::ofstream(key) << ".\t86400\tIN\tDNSKEY\t257 3 8 AwEAAQ== ;{id = 1 (ksk)}\n";
    CHECK_FALSE(is_seeded(""));
}

TEST_CASE("a missing trust anchor is an error that names the file") {
    const tests::TemporaryFolder workspace;
    auto paths = in(workspace);
    paths.trust_anchor = workspace.path() / "no-such.key";
    const auto engine = engines::unbound(with(""), paths);
    REQUIRE_FALSE(engine);
    CHECK(engine.error().text.contains("no-such.key"));
    CHECK(engines::unbound(with("DNS_VALIDATION=false\n"), paths));
}

TEST_CASE("HOSTNAME is a domain of aliases unless it is a mail domain") {
    const tests::TemporaryFolder workspace;
    const auto line = [&](const std::string& more) {
        const auto engine = engines::postfix(with(more), in(workspace));
        REQUIRE(engine);
        const auto& text = find(*engine, "/etc/postfix/main.cf")->content;
        const auto begin = text.find("virtual_alias_domains =");
        return text.substr(begin, text.find('\n', begin) - begin);
    };
    CHECK(line("") == "virtual_alias_domains = mail.example.org");
    CHECK(line("ADDITIONAL_DOMAINS=mail.example.org\n") == "virtual_alias_domains = ");
}

TEST_CASE("only Postfix and Dovecot hold the certificate and need to be told of a new one") {
    const tests::TemporaryFolder workspace;
    const auto paths = in(workspace);
    const auto all = engines::all(with(""), paths);
    REQUIRE(all);
    for (const auto& engine : *all) {
        CAPTURE(engine.name);
        const bool holds = std::ranges::any_of(
            engine.files, [&](const auto& file) { return file.content.contains(paths.certificate()); });
        CHECK(holds == !engine.reload.argv.empty());
    }
}

TEST_CASE("a probe that begins with zero octets is whole") {
    const tests::TemporaryFolder workspace;
    const auto unbound = engines::unbound(with(""), in(workspace));
    const auto rspamd = engines::rspamd(with(""), in(workspace));
    REQUIRE(unbound);
    REQUIRE(rspamd);
    const auto& query = unbound->services[0].ready[0].send;
    CHECK(query.size() == 2 + static_cast<std::size_t>(query[1]));
    const auto& offer = rspamd->services[0].ready[0].send;
    CHECK(offer.size() == 4 + static_cast<std::size_t>(offer[3]));
}

TEST_CASE("senders of ours are told from strangers by whole domains, whatever their dots") {
    const tests::TemporaryFolder workspace;
    const auto engine = engines::postfix(with("ADDITIONAL_DOMAINS=a.example\n"), in(workspace));
    REQUIRE(engine);
    const auto& text = find(*engine, "/etc/postfix/foreign-senders.regexp")->content;
    CHECK(text.contains("\nif !/@(a\\.example|example\\.org|mail\\.example\\.org)$/\n"));
}

TEST_CASE("forwards wait for PostSRSd, other mail does not; without SRS nothing of it is left") {
    const tests::TemporaryFolder workspace;
    for (const bool srs : {true, false}) {
        CAPTURE(srs);
        const auto settings = with(srs ? "" : "SRS=false\n");
        const auto postsrsd = engines::postsrsd(settings, in(workspace));
        const auto postfix = engines::postfix(settings, in(workspace));
        REQUIRE(postsrsd);
        REQUIRE(postfix);
        CHECK(postsrsd->services.size() == (srs ? 1 : 0));
        for (const auto& service : postfix->services) CHECK_FALSE(std::ranges::contains(service.needs, "postsrsd"));
        for (const auto& file : postfix->files) {
            CAPTURE(file.path);
            if (!srs) CHECK_FALSE(base::lower(file.content).contains("srs"));
        }
    }
}

TEST_CASE("nobody waits for the virus scanner, and it takes every mail Postfix takes") {
    const tests::TemporaryFolder workspace;
    CHECK(engines::clamav(with(""), in(workspace))->files.empty());
    const auto settings = with("VIRUS_SCAN=true\nMESSAGE_SIZE_LIMIT=1G\n");
    const auto all = engines::all(settings, in(workspace));
    REQUIRE(all);
    for (const auto& engine : *all)
        for (const auto& service : engine.services) {
            CAPTURE(service.name);
            CHECK_FALSE(std::ranges::contains(service.needs, "clamd"));
            CHECK(service.vital == (service.name != "clamd"));
        }
    const auto clamav = engines::clamav(settings, in(workspace));
    REQUIRE(clamav);
    REQUIRE(clamav->services.size() == 1);
    CHECK(clamav->services[0].ready[0].send.size() == sizeof "zPING");
    const auto& conf = find(*clamav, "/etc/clamav/clamd.conf")->content;
    for (const auto* limit : {"StreamMaxLength ", "MaxFileSize ", "MaxScanSize "}) {
        const auto at = conf.find(limit);
        REQUIRE(at != std::string::npos);
        CHECK(std::stoull(conf.substr(at + std::string_view(limit).size())) > 1024ULL * 1024 * 1024);
    }
}

TEST_CASE("addresses of the container and its gateway are never trusted") {
    const tests::TemporaryFolder workspace;
    auto paths = in(workspace);
    paths.stand_ins = {*base::IpAddress::parse("10.88.0.5"), *base::IpAddress::parse("10.88.0.1")};
    const auto trusts = [&](const std::string& more, const char* address) {
        const auto networks = engines::trusted_networks(with(more), paths);
        REQUIRE(networks);
        return std::ranges::any_of(
            *networks, [&](const auto& network) { return network.contains(*base::IpAddress::parse(address)); });
    };
    const std::string container_network = "TRUSTED_NETWORKS=10.88.0.0/16,192.0.2.7\n";
    CHECK(trusts(container_network, "10.88.0.6"));
    CHECK(trusts(container_network, "192.0.2.7"));
    CHECK_FALSE(trusts(container_network, "10.88.0.5"));
    CHECK_FALSE(trusts(container_network, "10.88.0.1"));
    CHECK_FALSE(trusts("", "127.0.0.1"));
    const auto refused = engines::all(with("TRUSTED_NETWORKS=10.88.0.1\n"), paths);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.contains("gateway"));
}

TEST_CASE("a proxy on the host comes with the gateway's address, any other proxy does not") {
    const tests::TemporaryFolder workspace;
    auto paths = in(workspace);
    paths.stand_ins = {*base::IpAddress::parse("10.88.0.1")};
    const auto believes = [&](const std::string& more, const char* address) {
        const auto networks = engines::proxy_networks(with(more), paths);
        REQUIRE(networks);
        return std::ranges::any_of(
            *networks, [&](const auto& network) { return network.contains(*base::IpAddress::parse(address)); });
    };
    CHECK(believes("PROXY_PROTOCOL_NETWORKS=127.0.0.1\n", "10.88.0.1"));
    CHECK_FALSE(believes("PROXY_PROTOCOL_NETWORKS=127.0.0.1\n", "10.88.0.2"));
    CHECK(believes("PROXY_PROTOCOL_NETWORKS=10.88.0.0/16\n", "10.88.0.2"));
    CHECK_FALSE(believes("PROXY_PROTOCOL_NETWORKS=10.88.0.0/16\n", "10.88.0.1"));
    CHECK_FALSE(believes("", "127.0.0.1"));
}
