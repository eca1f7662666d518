#include "backup/restic.h"

#include <doctest/doctest.h>

#include <algorithm>

using backup::Restic;

namespace {

backup::Repository repository(std::string name) {
    return {.name = std::move(name),
            .password = base::Secret("hush"),
            .environment = {base::Secret("AWS_SECRET_ACCESS_KEY=hush-hush")},
            .host = "mail.example.org",
            .files = "/host/etc/mailserver/backup",
            .cache = "/host/var/cache/restic",
            .dead_machines = {"dead1", "dead2"}};
}

/// A restic that answers as told, one answer a call.
struct Played {
    std::vector<sys::Outcome> answers;
    std::vector<sys::Command> calls;

    Restic restic(std::string name = "/backup") {
        return Restic(repository(std::move(name)), [this](const sys::Command& command) -> base::Result<sys::Outcome> {
            calls.push_back(command);
            REQUIRE(!answers.empty());
            const auto answer = answers.front();
            answers.erase(answers.begin());
            return answer;
        });
    }
    std::string line(std::size_t call) const {
        std::string all;
        for (const auto& word : calls.at(call).argv) all += word + " ";
        return all;
    }
};

constexpr auto summary =
    R"({"message_type":"summary","files_new":1,"data_added":1262,"data_added_packed":757,"total_files_processed":12,)"
    R"("total_bytes_processed":3000000000,"snapshot_id":"571e"})";

}  // namespace

TEST_CASE("a backup is made from inside the folder, with no secret on the command line") {
    Played played{.answers = {{.exit_code = 0, .output = std::string("warning: x\n") + summary + "\n"}}};
    const auto made = played.restic().backup("/host/snapshot");
    REQUIRE(made);
    CHECK(made->snapshot == "571e");
    CHECK(made->files == 12);
    CHECK(made->octets == 3'000'000'000);
    CHECK(made->added == 757);
    const auto line = played.line(0);
    CHECK(line.contains("env -C /host/snapshot restic"));
    CHECK(line.contains("--host mail.example.org --tag mailserver . "));
    CHECK(line.contains("setpriv --pdeathsig KILL nice -n 19 ionice -c 3"));
    CHECK_FALSE(line.contains("hush"));
    CHECK(std::ranges::contains(played.calls[0].environment, "RESTIC_PASSWORD=hush"));
    CHECK(std::ranges::contains(played.calls[0].environment, "AWS_SECRET_ACCESS_KEY=hush-hush"));
    CHECK(std::ranges::contains(played.calls[0].environment, "RESTIC_REPOSITORY=/backup"));
}

TEST_CASE("a server behind SSH is reached with the workspace's own key") {
    Played played{.answers = {{.exit_code = 0, .output = "[]\n"}}};
    CHECK(played.restic("sftp:me@nas.example:/b").list());
    CHECK(played.line(0).contains("sftp.args=-i /host/etc/mailserver/backup/id_ed25519 "));
}

TEST_CASE("dead locks are removed once, and one that stays is somebody's at work") {
    const sys::Outcome locked{.exit_code = 11, .output = ""}, fine{.exit_code = 0, .output = ""};
    const auto lock_of = [](const std::string& machine) {
        return sys::Outcome{.exit_code = 0, .output = "{\n  \"hostname\": \"" + machine + "\",\n  \"pid\": 7\n}\n"};
    };
    Played played{
        .answers = {locked, {.exit_code = 0, .output = "aa\nbb\n"}, lock_of("dead1"), lock_of("dead2"), fine, fine}};
    CHECK(played.restic().prune());
    CHECK(played.line(2).contains("restic --no-cache cat lock aa "));
    CHECK(played.line(4).ends_with("unlock --remove-all "));
    CHECK(played.line(0) == played.line(5));

    Played shared{
        .answers = {locked, {.exit_code = 0, .output = "aa\nbb\n"}, lock_of("dead1"), lock_of("other"), fine, locked}};
    const auto pruned = shared.restic().prune();
    REQUIRE_FALSE(pruned);
    CHECK(shared.line(4).ends_with("unlock "));
    CHECK(pruned.error().permanence == base::Permanence::transient);
    CHECK(pruned.error().text.contains("another program"));

    Played silent{.answers = {locked, {.exit_code = 1, .output = "no"}, fine, fine}};
    CHECK(silent.restic().prune());
    CHECK(silent.line(2).ends_with("unlock "));
}

TEST_CASE("what restic fails of is said with a remedy") {
    const auto why = [](int code, std::string said) {
        return backup::explain(repository("/backup"), "make a backup", {.exit_code = code, .output = std::move(said)});
    };
    CHECK(why(10, "").text == "cannot make a backup: there is no repository in /backup");
    CHECK(why(10, "").kind == base::ErrorKind::not_found);
    CHECK(why(12, "").text == "cannot make a backup: the password does not fit the repository");
    const auto full = why(
        1,
        R"({"message_type":"exit_error","code":1,"message":"Fatal: unable to save snapshot: no space left on device"})");
    CHECK(full.text.contains("the disk is full"));
    CHECK(full.permanence == base::Permanence::transient);
    const auto none = why(
        1,
        R"({"message_type":"exit_error","code":1,"message":"Fatal: failed to find snapshot: no matching ID found for prefix \"x\""})");
    CHECK(none.kind == base::ErrorKind::not_found);
    CHECK(why(1, "Fatal: a\n\x1b[31mb\n").text == "cannot make a backup: \\x1b[31mb");
    CHECK(why(137, "").text == "cannot make a backup: restic ended with exit code 137");
    CHECK_FALSE(why(3, "").remedy.empty());
}

TEST_CASE("what restic lists is understood, and nothing else is taken for it") {
    const auto all = backup::parse_snapshots(
        "warning\n"
        R"([{"time":"2026-11-21T22:51:58.494608507Z","id":"a","summary":{"total_files_processed":1,"total_bytes_processed":3}},)"
        R"({"time":"2026-11-21T23:51:59.1+01:00","id":"b"}])"
        "\n");
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK(all->at(0).id == "a");
    CHECK(all->at(0).octets == 3);
    CHECK(std::format("{:%FT%T}", all->at(0).time) == "2026-11-21T22:51:58");
    CHECK(std::format("{:%FT%T}", all->at(1).time) == "2026-11-21T22:51:59");
    for (const std::string bad : {"", "{}", "[", "null\n"}) {
        CHECK_FALSE(backup::parse_snapshots(bad));
        CHECK_FALSE(backup::parse_summary(bad));
        CHECK_FALSE(backup::parse_entry_count(bad));
        CHECK_FALSE(backup::parse_repository_id(bad));
    }
    CHECK(*backup::parse_repository_id("{\n  \"version\": 2,\n  \"id\": \"5e60\"\n}\n") == "5e60");
    CHECK(*backup::parse_repository_id("{\"message_type\":\"initialized\",\"id\":\"5e61\"}\n") == "5e61");
    CHECK(*backup::parse_entry_count("{\"total_size\":3,\"total_file_count\":4,\"snapshots_count\":1}\n") == 4);
}

TEST_CASE("the newest is this server's own, and a name fits one only") {
    const std::string list = R"([{"time":"2026-11-21T22:51:58Z","id":"aa1","hostname":"mail.example.org"},)"
                             R"({"time":"2026-11-21T22:52:58Z","id":"aa2","hostname":"mail.example.org"},)"
                             R"({"time":"2026-11-21T22:53:58Z","id":"bb1","hostname":"other.example"}])"
                             "\n";
    const auto find = [&](std::string_view id) {
        Played played{.answers = {{.exit_code = 0, .output = list}}};
        const auto found = played.restic().find(id);
        return found ? found->id : std::string("none");
    };
    CHECK(find("") == "aa2");
    CHECK(find("bb") == "bb1");
    CHECK(find("aa") == "none");
    CHECK(find("--help") == "none");
    Played empty{.answers = {{.exit_code = 0, .output = "[]\n"}}};
    CHECK(empty.restic().find("").error().kind == base::ErrorKind::not_found);
}

TEST_CASE("a path is never taken for a pattern") {
    Played played{.answers = {{.exit_code = 0, .output = ""}}};
    CHECK(played.restic().restore("571e", "/x", {"/mail/a[1]*?\\"}));
    CHECK(played.line(0).contains(R"(--include=/mail/a\[1]\*\?\\ -- 571e )"));
}
