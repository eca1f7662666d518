#include "engines/overrides.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "engines/all.h"
#include "settings/table.h"

namespace {

engines::Paths paths() {
    return {.templates = ENGINE_TEMPLATES, .trust_anchor = std::string(GOLDEN_CASES) + "/root.key"};
}

engines::Engine engine(const std::string& name) {
    const auto settings =
        settings::parse_file("DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=a@example.org\n");
    REQUIRE(settings);
    const auto all = engines::all(*settings, paths());
    REQUIRE(all);
    const auto found = std::ranges::find(*all, name, &engines::Engine::name);
    REQUIRE(found != all->end());
    return *found;
}

std::string content(const engines::Engine& engine, const std::string& path) {
    const auto file = std::ranges::find(engine.files, path, &engines::RenderedFile::path);
    return file == engine.files.end() ? "" : file->content;
}

}  // namespace

TEST_CASE("without overrides an engine stays as it is") {
    for (const auto& name : {"postfix", "dovecot", "rspamd", "unbound", "valkey"}) {
        const auto plain = engine(name);
        const auto made = engines::override_engine(plain, {}, paths());
        REQUIRE(made);
        CHECK(made->engine.files == plain.files);
        CHECK(made->engine.checks.size() == plain.checks.size());
    }
}

TEST_CASE("engines that can include are given the files last, in the order of their names") {
    for (const auto& [name, config, line] :
         {std::tuple("dovecot", "/etc/dovecot/dovecot.conf", "!include /etc/dovecot/override/"),
          std::tuple("unbound", "/etc/unbound/unbound.conf", "include-toplevel: \"/etc/unbound/override/"),
          std::tuple("valkey", "/etc/valkey/valkey.conf", "include /etc/valkey/override/")}) {
        CAPTURE(name);
        const auto made = engines::override_engine(engine(name), {{"10-a.conf", "A"}, {"20-b.conf", "B"}}, paths());
        REQUIRE(made);
        const auto text = content(made->engine, config);
        const auto a = text.find(std::string(line) + "10-a.conf"), b = text.find(std::string(line) + "20-b.conf");
        REQUIRE(a != std::string::npos);
        REQUIRE(b != std::string::npos);
        CHECK(a < b);
        const auto folder = std::string("/etc/") + name + "/override/";
        CHECK(content(made->engine, folder + "10-a.conf") == "A");
        CHECK(engines::in_operators_words(made->engine, "in " + folder + "20-b.conf line 3: bad") ==
              std::string("in _server_workspace_/etc/mailserver/override/") + name + "/20-b.conf line 3: bad");
        for (const auto& other : {"a.cnf", "x/a.conf", "conf"})
            CHECK_FALSE(engines::override_engine(engine(name), {{other, ""}}, paths()));
    }
}

TEST_CASE("Rspamd's files go where it looks for them; ours of the same name include them") {
    const auto made = engines::override_engine(engine("rspamd"),
                                               {{"local.d/groups.conf", "g"},
                                                {"local.d/maps.d/list", "m"},
                                                {"local.d/options.inc", "o"},
                                                {"override.d/options.inc", "p"},
                                                {"rules.lua", "l"}},
                                               paths());
    REQUIRE(made);
    CHECK(content(made->engine, "/etc/rspamd/local.d/groups.conf") == "g");
    CHECK(content(made->engine, "/etc/rspamd/local.d/maps.d/list") == "m");
    CHECK(content(made->engine, "/etc/rspamd/lua.local.d/rules.lua") == "l");
    CHECK(content(made->engine, "/etc/rspamd/operator/local.d/options.inc") == "o");
    CHECK(content(made->engine, "/etc/rspamd/local.d/options.inc")
              .ends_with(".include(try=false; priority=2; duplicate=merge) "
                         "\"/etc/rspamd/operator/local.d/options.inc\"\n"));
    CHECK(content(made->engine, "/etc/rspamd/override.d/options.inc")
              .ends_with(".include(try=false; priority=11) \"/etc/rspamd/operator/override.d/options.inc\"\n"));
    for (const auto& other : {"rspamd.conf", "scores.d/x.conf", "local.d"}) {
        const auto refused = engines::override_engine(engine("rspamd"), {{other, ""}}, paths());
        REQUIRE_FALSE(refused);
        CHECK(refused.error().text.starts_with(std::string("_server_workspace_/etc/mailserver/override/rspamd/") +
                                               other + ": nothing would read"));
    }
}
