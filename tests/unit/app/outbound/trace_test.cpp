#include "app/outbound/trace.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <format>

#include "settings/table.h"
#include "tests/unit/temporary_folder.h"
#include "trace/store.h"

TEST_CASE("status warns about refusals of a kind when there are some within a day") {
    const tests::TemporaryFolder folder;
    app::Installation here;
    here.workspace = folder.path();
    std::filesystem::create_directories(here.state());
    const base::SystemTime now(std::chrono::seconds(1'795'262'400));
    CHECK(app::refusal_warnings(here, now).empty());
    auto store = trace::Store::open(here.trace_database());
    REQUIRE(store);
    const auto refuse = [&](int mails, const std::string& kind, const std::string& provider) {
        for (int i = 0; i < mails; ++i) {
            const trace::Fact fact{.moment = now.time_since_epoch().count() * 1'000'000 + i,
                                   .queue_id = std::format("{}{}", provider, i),
                                   .kind = "delivery",
                                   .details = json::object(),
                                   .refusal = kind,
                                   .provider = provider};
            REQUIRE(store->add({&fact, 1}));
        }
    };
    refuse(4, "listed", "Yahoo");
    CHECK(app::refusal_warnings(here, now).empty());
    refuse(5, "listed", "T-Online");
    const auto warnings = app::refusal_warnings(here, now);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].starts_with("5 mails were refused within a day, as T-Online takes mail only from servers"));
    CHECK(app::refusal_warnings(here, now + std::chrono::hours(25)).empty());
}

TEST_CASE("trace wants one thing to look for, and says when there is nothing") {
    const tests::TemporaryFolder folder;
    app::Installation here;
    here.workspace = folder.path();
    std::filesystem::create_directories(here.state());
    const auto settings =
        *settings::parse_file("DOMAIN=example.org\nHOSTNAME=mail.example.org\nADMIN_EMAIL=me@example.org\n");
    const auto code = [&](std::vector<std::string_view> words) { return app::trace_command(words, settings, here); };
    CHECK(code({}) == base::ExitCode::ok);
    for (const auto& words : std::vector<std::vector<std::string_view>>{{""},
                                                                        {"  "},
                                                                        {"a", "b"},
                                                                        {"--json"},
                                                                        {"a", "--since"},
                                                                        {"a", "--since", "soon"},
                                                                        {"a", "--limit", "0"},
                                                                        {"a", "--limit", "99999999999999999999"},
                                                                        {"a", "--all"}})
        CHECK(code(words) == base::ExitCode::usage);
    CHECK(code({"a@b.example"}) == base::ExitCode::not_found);
    auto store = trace::Store::open(here.trace_database());
    REQUIRE(store);
    CHECK(code({"a@b.example"}) == base::ExitCode::not_found);
    const trace::Fact fact{.moment = 1'000'000, .queue_id = "4jWwR7", .kind = "removed", .details = json::object()};
    REQUIRE(store->add({&fact, 1}));
    CHECK(code({"4jWwR7"}) == base::ExitCode::ok);
    CHECK(code({"4jWwR7", "--json", "--since", "1d", "--limit", "3"}) == base::ExitCode::ok);
}
