#include "virus/scanner.h"

#include <doctest/doctest.h>

#include "base/text.h"

using virus::Signatures;

namespace {

constexpr std::uint64_t mebi = 1024 * 1024;
constexpr virus::Memory plenty{.total = 8192 * mebi, .available = 4096 * mebi};

std::string told(const virus::Situation& situation) {
    return base::join(virus::warnings(situation), " | ");
}

}  // namespace

TEST_CASE("clamd starts with the signatures that are wanted and the memory for them") {
    CHECK_FALSE(virus::obstacle({.official = true, .octets = 1}, plenty, true));
    CHECK_FALSE(virus::obstacle({.octets = 1}, plenty, false));
    CHECK(virus::obstacle({.octets = 1}, plenty, true)->contains("no virus signatures yet"));
    CHECK(virus::obstacle({}, plenty, false)->contains("no file in var/lib/clamav"));
    constexpr virus::Memory tight{.total = 2048 * mebi, .available = 900 * mebi};
    CHECK(virus::obstacle({.official = true, .octets = 1}, tight, true) ==
          "the virus scanner needs 1.4 GiB of memory, and 900 MiB of 2.0 GiB are free");
    CHECK_FALSE(virus::obstacle({.octets = 1}, tight, false));
}

TEST_CASE("a machine that can never hold the signatures is refused, one that is only busy is not") {
    CHECK_FALSE(virus::too_small({.total = 1900 * mebi, .available = 0}, true));
    CHECK_FALSE(virus::too_small({.total = 700 * mebi, .available = 0}, false));
    const auto error = virus::too_small({.total = 1024 * mebi, .available = 1024 * mebi}, true);
    REQUIRE(error);
    CHECK(error->kind == base::ErrorKind::usage);
    CHECK(error->text.contains("1.7 GiB"));
    CHECK(error->text.contains("1.0 GiB"));
}

TEST_CASE("warnings say what is wrong and what happens to mail") {
    const base::SystemTime now{std::chrono::days(20'000)};
    const Signatures fresh{.official = true, .octets = 1, .built = now - std::chrono::days(7)};
    CHECK(told({.signatures = fresh, .obstacle = "", .last_failure = "", .now = now}).empty());
    CHECK(told({.signatures = {}, .obstacle = "no virus signatures yet", .last_failure = "no network", .now = now}) ==
          "no virus signatures yet: no network; meanwhile senders are asked to try again later "
          "(VIRUS_SCAN_UNAVAILABLE)");
    CHECK(told({.signatures = fresh,
                .obstacle = "little memory",
                .last_failure = "",
                .pass_unscanned = true,
                .now = now}) == "little memory; meanwhile mail is let through unscanned (VIRUS_SCAN_UNAVAILABLE=pass)");
    CHECK(told({.signatures = fresh, .obstacle = "", .last_failure = "no network", .now = now}) ==
          "cannot fetch new virus signatures: no network");
    auto old = fresh;
    old.built = now - std::chrono::days(8);
    CHECK(told({.signatures = old, .obstacle = "", .last_failure = "", .now = now}) ==
          "the virus signatures are of 2024-09-26, new viruses are not found");
    CHECK(told({.signatures = old, .obstacle = "", .last_failure = "x", .official = false, .now = now}).empty());
}
