#include "imapsync/configuration.h"

#include <doctest/doctest.h>

using namespace imapsync;

namespace {

Job job() {
    return {.address = "jens@a.example", .host = "imap.p.example", .login = "jens@p.example", .state = "/host/x"};
}

FolderMap map_of(std::vector<Pair> pairs) {
    return {.pairs = std::move(pairs), .delimiter = ".", .left_out = {}};
}

}  // namespace

TEST_CASE("the configuration as it is without options") {
    const auto text = configuration(job(), map_of({{.far = "INBOX", .near = "INBOX"}}));
    REQUIRE(text);
    CHECK(
        *text ==
        "Sync PullNew PullFlags PushFlags\nCreate Near\nExpunge None\nCopyArrivalDate yes\n"
        "\nIMAPStore far\nHost \"imap.p.example\"\nPort 993\nUser \"jens@p.example\"\nPassCmd \"cat\"\nTLSType IMAPS\n"
        "Timeout 60\nUseNamespace no\nPathDelimiter \".\"\n"
        "\nIMAPStore near\nTunnel \"doveadm exec imap -u jens@a.example "
        "| mailserver hide-deleted\"\nTimeout 600\nDisableExtension COMPRESS=DEFLATE\n"
        "\nChannel c1\nFar \":far:INBOX\"\nNear \":near:INBOX\"\nSyncState \"/host/x/83ecb521bf320f67-\"\n");
}

TEST_CASE("deletions pass only when they shall, new mail goes there only when it shall") {
    auto mine = job();
    mine.port = 143;
    mine.two_way = mine.expunge = mine.again = true;
    const auto text = configuration(mine, map_of({}));
    REQUIRE(text);
    CHECK(text->contains("TLSType STARTTLS\n"));
    CHECK(!text->contains("hide-deleted"));
    CHECK(text->contains(
        "Sync PullNew PullOld PushNew PushOld PullFlags PushFlags PullGone PushGone\nCreate Both\nExpunge Both\n"));
    mine = job();
    mine.flags = false;
    CHECK(configuration(mine, map_of({}))->contains("Sync PullNew\nCreate Near\n"));
}

TEST_CASE("names cannot end what they stand in") {
    auto mine = job();
    mine.login = "a\" b\\";
    const auto text =
        configuration(mine, map_of({{.far = "x\" #\\", .near = "y"}, {.far = "a\nTunnel evil", .near = "b"}}));
    REQUIRE(text);
    CHECK(text->contains("User \"a\\\" b\\\\\"\n"));
    CHECK(text->contains("Far \":far:x\\\" #\\\\\"\n"));
    CHECK(!text->contains("evil"));
    for (const auto* bad : {"", "a\nPass x", "a\rb", "a\tb"}) {
        mine.login = bad;
        CHECK(!configuration(mine, map_of({})));
    }
    mine.login = std::string(2000, 'x');
    CHECK(!configuration(mine, map_of({})));
}

TEST_CASE("what is remembered has a name of its own for each pair and each account there") {
    CHECK(state_file({.far = "a", .near = "x/y"}).ends_with("-x!y"));
    CHECK(state_file({.far = "a", .near = "x"}) != state_file({.far = "b", .near = "x"}));
    CHECK(state_name("h", "l") != state_name("h", "m"));
    CHECK(state_name("h", "l").size() == 16);
}
