#include "app/sync/book.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

using namespace app;
using namespace std::chrono_literals;

namespace {

struct Desk {
    tests::TemporaryFolder folder;
    Installation here = [this] {
        Installation made;
        made.workspace = folder.path().string();
        std::filesystem::create_directories(made.state());
        return made;
    }();
    accounts::Sync sync{.address = "jens@a.example",
                        .host = "imap.p.example",
                        .login = "jens",
                        .password = {},
                        .folders = {},
                        .since = base::SystemTime(1s)};

    SyncRecord record() { return sync_records({sync}, here).front(); }
};

const base::SystemTime noon(1'000'000s);

base::Result<SyncDone> done(std::uint64_t copied, std::string refusal = {}) {
    return SyncDone{
        .counts = {.copied_here = copied}, .refusal = refusal, .refused = refusal.empty() ? 0U : 1U, .left_out = {}};
}

}  // namespace

TEST_CASE("an account without a run is due, then after its pause") {
    Desk desk;
    CHECK(is_due(desk.sync, desk.record(), noon));
    note_sync(desk.sync, done(3), true, noon, desk.here);
    CHECK(!is_due(desk.sync, desk.record(), noon + 299s));
    CHECK(is_due(desk.sync, desk.record(), noon + 300s));
    CHECK(is_due(desk.sync, desk.record(), noon - 1s));
    note_sync(desk.sync, done(4), false, noon + 300s, desk.here);
    CHECK(desk.record().copied_here == 7);
    CHECK(sync_warnings({desk.record()}).empty());
}

TEST_CASE("failures are told until a run succeeds, and slow it down") {
    Desk desk;
    for (int i = 0; i < 3; ++i)
        note_sync(desk.sync, base::fail("imap.p.example refuses the login", "Check it."), true, noon, desk.here);
    CHECK(desk.record().failures == 3);
    CHECK(!is_due(desk.sync, desk.record(), noon + 1199s));
    CHECK(sync_warnings({desk.record()}) ==
          std::vector<std::string>{"jens@a.example is not synchronised: imap.p.example refuses the login; Check it."});
    note_sync(desk.sync, done(0), true, noon, desk.here);
    CHECK(sync_warnings({desk.record()}).empty());
    CHECK(is_due(desk.sync, desk.record(), noon + 300s));
}

TEST_CASE("refused mails are told until a run that tries them again has none") {
    Desk desk;
    note_sync(desk.sync, done(1, "NO full"), true, noon, desk.here);
    CHECK(!tries_again(desk.record(), noon + 10s));
    note_sync(desk.sync, done(1), false, noon + 10s, desk.here);
    CHECK(sync_warnings({desk.record()}).size() == 1);
    CHECK(tries_again(desk.record(), noon + 3600s));
    note_sync(desk.sync, done(1), true, noon + 3600s, desk.here);
    CHECK(sync_warnings({desk.record()}).empty());
}

TEST_CASE("another row of the same account begins anew; a damaged file is as none") {
    Desk desk;
    note_sync(desk.sync, base::fail("x"), true, noon, desk.here);
    desk.sync.since += 1s;
    CHECK(is_due(desk.sync, desk.record(), noon));
    CHECK(desk.record().failures == 0);
    note_sync(desk.sync, done(1), true, noon, desk.here);
    std::ofstream(desk.here.state() + "/sync.json") << "{\"accounts\": [{\"address\": 7";
    CHECK(is_due(desk.sync, desk.record(), noon));
}
