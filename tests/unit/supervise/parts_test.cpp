#include <doctest/doctest.h>

#include <vector>

#include "supervise/backoff.h"
#include "supervise/lines.h"
#include "supervise/supervisor.h"

using namespace supervise;
using std::chrono::milliseconds;

TEST_CASE("the back-off doubles up to its limit and starts anew after a long run") {
    constexpr Backoff backoff{.initial = milliseconds(500), .limit = milliseconds(30'000)};
    milliseconds delay{0};
    std::vector<long> delays;
    for (int i = 0; i < 9; ++i) delays.push_back((delay = next_delay(backoff, delay, milliseconds(10))).count());
    CHECK(delays == std::vector<long>{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000});
    CHECK(next_delay(backoff, delay, milliseconds(30'000)) == milliseconds(500));
}

TEST_CASE("lines are handed out whole, long ones in pieces") {
    std::vector<std::string> lines;
    const auto collect = [&](std::string_view line) { lines.emplace_back(line); };
    LineSplitter splitter;
    splitter.feed("on", collect);
    splitter.feed("e\r\n\ntwo\nthr", collect);
    splitter.finish(collect);
    CHECK(lines == std::vector<std::string>{"one", "", "two", "thr"});

    lines.clear();
    for (int i = 0; i < 20; ++i) splitter.feed(std::string(1000, 'x'), collect);
    splitter.feed("\nend\n", collect);
    CHECK(lines == std::vector<std::string>{std::string(8192, 'x'), "... " + std::string(8192, 'x'),
                                            "... " + std::string(3616, 'x'), "end"});
}

namespace {

Service needing(std::string name, std::vector<std::string> needs) {
    return {.name = std::move(name), .argv = {"true"}, .needs = std::move(needs)};
}

}  // namespace

TEST_CASE("services are ordered by their needs") {
    const auto ordered = start_order({needing("postfix", {"dovecot", "rspamd"}), needing("rspamd", {"valkey"}),
                                      needing("dovecot", {}), needing("valkey", {})});
    REQUIRE(ordered);
    std::vector<std::string> names;
    for (const auto& service : *ordered) names.push_back(service.name);
    CHECK(names == std::vector<std::string>{"dovecot", "valkey", "rspamd", "postfix"});
}

TEST_CASE("needs that cannot be met are named") {
    CHECK(start_order({needing("a", {"b"})}).error().text == "a needs b, which is no service");
    CHECK(start_order({needing("a", {}), needing("a", {})}).error().text == "there are two services called a");
    CHECK(start_order({needing("a", {"b"}), needing("b", {"a"}), needing("c", {})}).error().text ==
          "these services need each other in a circle: a, b");
}
