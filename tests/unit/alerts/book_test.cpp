#include "alerts/book.h"

#include <doctest/doctest.h>

namespace {

using alerts::Channel, alerts::What;
using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

const base::SystemTime start(seconds(1'800'000'000));

alerts::Alert alert(const std::string& name, base::SystemTime ends, const std::string& engine = "redis") {
    return {.labels = {{"alertname", name}, {"engine", engine}}, .annotations = {}, .starts = start, .ends = ends};
}

std::vector<What> told(alerts::Book& book, Channel channel = Channel::mail) {
    std::vector<What> all;
    for (const auto& change : book.untold(channel)) all.push_back(change.what);
    book.told(channel, all.size());
    return all;
}

}  // namespace

TEST_CASE("an alert that is reported again and again is told once, and so is its end") {
    alerts::Book book({Channel::mail});
    auto now = start;
    for (int i = 0; i < 10; ++i, now += seconds(15)) CHECK(book.take({alert("A", now + minutes(1))}, now) == (i == 0));
    CHECK(told(book) == std::vector{What::fired});
    CHECK(book.firing().size() == 1);
    // vmalert goes on with an end that has passed.
    const auto over = now;
    for (int i = 0; i < 10; ++i, now += seconds(15)) CHECK(book.take({alert("A", over)}, now) == (i == 0));
    CHECK(told(book) == std::vector{What::resolved});
    CHECK(book.firing().empty());
    CHECK(book.take({alert("A", now + minutes(1))}, now));
    CHECK(told(book) == std::vector{What::fired});
}

TEST_CASE("labels tell alerts apart") {
    alerts::Book book({Channel::mail});
    book.take({alert("A", start + minutes(1), "redis"), alert("A", start + minutes(1), "rspamd")}, start);
    CHECK(told(book) == std::vector{What::fired, What::fired});
    book.take({alert("A", start - seconds(1), "redis")}, start);
    REQUIRE(book.firing().size() == 1);
    CHECK(book.firing()[0].label("engine") == "rspamd");
}

TEST_CASE("who is told of an alert is reminded once a day") {
    alerts::Book book({Channel::mail});
    for (auto now = start; now < start + hours(49); now += minutes(1)) book.take({alert("A", now + minutes(4))}, now);
    CHECK(told(book) == std::vector{What::fired, What::reminded, What::reminded});
}

TEST_CASE("an alert nobody reports any more is neither firing nor resolved") {
    alerts::Book book({Channel::mail});
    book.take({alert("A", start + minutes(1))}, start);
    CHECK_FALSE(book.look(start + minutes(2)));
    CHECK(book.look(start + minutes(1) + alerts::Book::patience));
    CHECK(told(book) == std::vector{What::fired, What::unreported});
    CHECK(book.firing().empty());
}

TEST_CASE("a restart tells nothing twice and forgets nothing") {
    alerts::Book book({Channel::mail, Channel::webhook});
    book.take({alert("A", start + minutes(1)), alert("B", start + minutes(1))}, start);
    book.told(Channel::mail, 1);
    alerts::Book again({Channel::mail, Channel::webhook});
    again.read(book.to_json());
    CHECK(again.untold(Channel::mail) == book.untold(Channel::mail));
    CHECK(again.untold(Channel::webhook).size() == 2);
    CHECK_FALSE(again.take({alert("A", start + minutes(2))}, start + seconds(15)));
    CHECK(again.firing().size() == 2);
    again.read(json::Value());
    CHECK(again.firing().empty());
}

TEST_CASE("a flood of alerts has its limits") {
    alerts::Book book({Channel::mail});
    std::vector<alerts::Alert> flood;
    for (std::size_t i = 0; i < 2 * alerts::Book::most_firing; ++i)
        flood.push_back(alert("A", start + minutes(1), std::to_string(i)));
    book.take(flood, start);
    CHECK(book.firing().size() == alerts::Book::most_firing);
    CHECK(book.untold(Channel::mail).size() == alerts::Book::most_untold);
    book.told(Channel::mail, 1'000'000);
    CHECK(book.untold(Channel::mail).empty());
}
