#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <ranges>
#include <set>
#include <sstream>

#include "settings/table.h"

TEST_CASE("settings.env.empty is what the table says (ACCEPT=1 rewrites it)") {
    if (std::getenv("ACCEPT")) std::ofstream(SETTINGS_TEMPLATE) << settings::template_text();
    std::ostringstream committed;
    committed << std::ifstream(SETTINGS_TEMPLATE).rdbuf();
    CHECK(committed.str() == settings::template_text());
}

TEST_CASE("settings.env.empty with the three lines filled in starts the server with every default") {
    std::string text = settings::template_text();
    const auto fill = [&](const std::string& key, const std::string& value) {
        text.replace(text.find("\n" + key + "=\n"), key.size() + 2, "\n" + key + "=" + value);
    };
    fill("DOMAIN", "example.org");
    fill("HOSTNAME", "mail.example.org");
    fill("ADMIN_EMAIL", "me@example.org");
    const auto filled = settings::parse_file(text);
    REQUIRE_MESSAGE(filled, settings::as_error(filled.error()).text);
    const auto bare = settings::parse_file("DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=me@example.org");
    REQUIRE(bare);
    CHECK(filled->admin_user == bare->admin_user);
    CHECK(filled->dkim_key_selector == bare->dkim_key_selector);
    CHECK(filled->tls_mode == bare->tls_mode);
    CHECK(filled->acme_directory_url == bare->acme_directory_url);
    CHECK(filled->dh_params == bare->dh_params);
    CHECK(filled->dns_validation == bare->dns_validation);
    CHECK(filled->message_size_limit == bare->message_size_limit);
    CHECK(filled->submission_on_port_25 == bare->submission_on_port_25);
    CHECK(filled->metrics == bare->metrics);
    CHECK(filled->gf_security_admin_user == bare->gf_security_admin_user);
    CHECK(filled->gf_server_root_url == bare->gf_server_root_url);
}

TEST_CASE("every key stands once in the table and its example is a good value") {
    std::set<std::string_view> keys;
    for (const auto& row : settings::table() | std::views::join) {
        CHECK_MESSAGE(keys.insert(row.key).second, row.key);
        auto settings = settings::parse_file("DOMAIN=a.example\nHOSTNAME=m.a.example\nADMIN_EMAIL=me@a.example");
        REQUIRE(settings);
        if (row.assign) CHECK_MESSAGE(row.assign(*settings, row.example), row.key);
        if (row.assign && !row.default_text.empty()) CHECK_MESSAGE(row.assign(*settings, row.default_text), row.key);
    }
}
