#include "app/keys/certificates.h"

#include <algorithm>
#include <filesystem>
#include <format>
#include <map>
#include <thread>

#include "acme/challenge_responses.h"
#include "app/common/version.h"
#include "app/dns/check.h"
#include "app/keys/certificate_status.h"
#include "app/keys/published_records.h"
#include "base/log.h"
#include "certs/dh.h"
#include "certs/keepers.h"
#include "engines/sni.h"
#include "net/http_client.h"
#include "resolver/unbound_resolver.h"
#include "sys/command.h"
#include "sys/files.h"

namespace app {
namespace {

/// How long the start waits for the certificate authority before it counts as done; the attempt goes on.
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds look_again{100};

/// A failed check of ours is worth telling, and so is a certificate; before either there is nothing to say yet.
bool is_first_outcome(const certs::Status& status) {
    return status.mode != settings::TlsMode::acme || status.origin == certs::Origin::issued ||
           !status.last_error.empty();
}

/// A command that makes an engine read the new certificate. When it fails the engine keeps the old one, which is why
/// somebody must hear of it.
void reload(const engines::Engine& engine) {
    if (engine.reload.argv.empty()) return;
    const auto outcome = sys::run(engine.reload);
    if (!outcome)
        base::log("certs", std::format("cannot reload {}: {}", engine.name, outcome.error().text));
    else if (outcome->exit_code != 0)
        base::log("certs", std::format("cannot reload {}: {}", engine.name, outcome->output));
}

/// PUBLIC_IPV4 and PUBLIC_IPV6.
std::vector<base::IpAddress> addresses_of(const settings::Settings& settings) {
    std::vector<base::IpAddress> all;
    for (const auto& address : {settings.public_ipv4, settings.public_ipv6})
        if (address) all.push_back(*address);
    return all;
}

/// Those that have a certificate of their own.
std::vector<base::Hostname> served(const std::vector<certs::NameStatus>& all) {
    std::vector<base::Hostname> names;
    for (const auto& [name, status] : all)
        if (status.origin != certs::Origin::none) names.push_back(name);
    return names;
}

/// Files of names that are served no more; to be called when nobody reads them any longer.
void remove_others(const engines::Paths& paths, const std::vector<base::Hostname>& names) {
    std::error_code error;
    std::vector<std::filesystem::path> others;
    for (const auto& entry : std::filesystem::directory_iterator(paths.name_certificates(), error))
        if (!std::ranges::contains(names, entry.path().stem().string(), &base::Hostname::str))
            others.push_back(entry.path());
    for (const auto& other : others) std::filesystem::remove(other, error);
}

}  // namespace

struct Certificates::Impl {
    const bootstrap::Start& start;
    const bootstrap::Progress& progress;
    const Installation& here;
    acme::ChallengeResponses responses;
    net::CurlHttpClient http;
    std::unique_ptr<resolver::Resolver> resolver;
    certs::Keepers keepers;
    std::shared_ptr<net::TlsIdentity> identity = std::make_shared<net::TlsIdentity>();
    std::jthread keeping, announcing, generating;  // last: joined before what they use is gone

    Impl(const bootstrap::Start& start_, const bootstrap::Progress& progress_, const Installation& here_,
         std::unique_ptr<resolver::Resolver> resolver_)
        : start(start_),
          progress(progress_),
          here(here_),
          http(std::format("mailserver/{}", version), start.settings.acme_ca_file),
          resolver(std::move(resolver_)),
          keepers(start.certificates(), certs::further_names(start.settings), addresses_of(start.settings),
                  {.http = http,
                   .resolver = *resolver,
                   .responses = responses,
                   .clock = start.clock,
                   .random = certs::random_fraction,
                   .pause = certs::pause,
                   .tlsa = [this](const std::string& digest) { return look_up_tlsa(digest); }},
                  [this] { changed(); }) {}

    certs::TlsaView look_up_tlsa(const std::string& digest) const {
        auto dns = resolver::UnboundResolver::create(resolver_options(start.settings));
        if (!dns) return {};
        return tlsa_view(said_everywhere(*dns, "_25._tcp." + start.settings.hostname.str(), resolver::Type::TLSA),
                         digest);
    }

    /// For our web server at once, for the engines at their next start or reload.
    void put_in_force(const std::vector<base::Hostname>& names) const {
        std::map<std::string, std::filesystem::path> pems;
        for (const auto& name : names) pems[name.str()] = start.paths.name_certificate(name.str());
        for (const auto& loaded : {identity->load(start.paths.certificate()), identity->load_names(pems)})
            if (!loaded) base::log("certs", loaded.error().text);
        for (const auto& file : engines::sni_files(start.paths, start.settings.hostname, names))
            if (const auto written = sys::write_file(file.path, file.content); !written)
                base::log("certs", written.error().text);
    }

    void changed() const {
        const auto names = served(keepers.further());
        put_in_force(names);
        for (const auto& engine : start.engines) reload(engine);
        remove_others(start.paths, names);
    }

    void write_status() const {
        write_certificate_status(here.certificate_file(), keepers.status(), keepers.further());
    }

    void keep(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            const auto wait = keepers.step(stop);
            write_status();
            if (!certs::pause(wait, stop)) return;
        }
    }

    void announce(const std::stop_token& stop) const {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!is_first_outcome(keepers.status()) && std::chrono::steady_clock::now() < deadline) {
            if (stop.stop_requested()) return;
            std::this_thread::sleep_for(look_again);
        }
        progress.report(bootstrap::ProgressKind::ready, "", describe(keepers.status()));
    }

    void generate_dh(const std::stop_token& stop) const {
        const auto made = certs::use_own_dh(start.paths.dh_parameters(), stop);
        if (!made) return base::log("certs", made.error().text);
        if (!*made) return;
        base::log("certs", "own DH parameters are in use now");
        for (const auto& engine : start.engines) reload(engine);
    }
};

Certificates::Certificates(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Certificates::Certificates(Certificates&&) noexcept = default;
Certificates::~Certificates() = default;

base::Result<Certificates> Certificates::create(const bootstrap::Start& start, const bootstrap::Progress& progress,
                                                const Installation& here) {
    // Our own Unbound, which forwards and validates as the operator set it.
    auto resolver = resolver::UnboundResolver::create(
        {.forwarders = {{.address = *base::IpAddress::parse("127.0.0.1")}},
         .validate = false,
         .total_limit = std::chrono::hours(24 * 3650)});  // it lives as long as the server
    if (!resolver) return std::unexpected(resolver.error());
    return Certificates(std::make_unique<Impl>(start, progress, here,
                                               std::make_unique<resolver::UnboundResolver>(std::move(*resolver))));
}

base::Result<std::string> Certificates::prepare() {
    if (const auto prepared = impl_->keepers.prepare(); !prepared) return std::unexpected(prepared.error());
    impl_->put_in_force(served(impl_->keepers.further()));
    impl_->write_status();
    return describe(impl_->keepers.status());
}

std::shared_ptr<net::TlsIdentity> Certificates::identity() const {
    return impl_->identity;
}

web::FindChallenge Certificates::find_challenge() const {
    return [impl = impl_.get()](std::string_view token) { return impl->responses.find(token); };
}

void Certificates::begin() {
    auto* impl = impl_.get();
    impl->keeping = std::jthread([impl](const std::stop_token& stop) { impl->keep(stop); });
    impl->announcing = std::jthread([impl](const std::stop_token& stop) { impl->announce(stop); });
    if (impl->start.settings.dh_params == settings::DhParams::generate)
        impl->generating = std::jthread([impl](const std::stop_token& stop) { impl->generate_dh(stop); });
}

}  // namespace app
