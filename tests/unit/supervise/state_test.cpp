#include "supervise/state.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "sys/files.h"

using namespace supervise;

namespace {

constexpr std::string_view begin_mark = "<!-- supervisor-states:begin -->\n";
constexpr std::string_view end_mark = "<!-- supervisor-states:end -->";

}  // namespace

TEST_CASE("every cell of the table keeps the promises of the supervisor") {
    for (int s = 0; s < state_count; ++s) {
        for (int e = 0; e < event_count; ++e) {
            const auto state = static_cast<State>(s);
            const auto event = static_cast<Event>(e);
            const auto [to, action] = next(state, event);
            CAPTURE(name(state));
            CAPTURE(name(event));
            // A process is started only from rest, and the state afterwards has one.
            if (action == Action::spawn) CHECK((state == State::waiting || state == State::backoff));
            if (action == Action::spawn) CHECK(to == State::starting);
            // Whoever is signalled has a process.
            if (action == Action::kill || action == Action::terminate)
                CHECK((state == State::starting || state == State::ready || state == State::failing ||
                       state == State::stopping));
            // Once stopping, nothing is started again.
            if (state == State::stopping) CHECK((to == State::stopping || to == State::stopped));
            if (state == State::stopped) CHECK((to == State::stopped && action == Action::none));
            // Being ready is always announced, and only then.
            CHECK((action == Action::announce) == (to == State::ready && state != State::ready));
            // A wish to stop is never lost.
            if (event == Event::stop_requested) CHECK((to == State::stopping || to == State::stopped));
            // An end by itself leads to a back-off, never straight to a new start.
            if (event == Event::exited &&
                (state == State::starting || state == State::ready || state == State::failing))
                CHECK((to == State::backoff && action == Action::delay));
        }
    }
}

TEST_CASE("the table in src/README.md is the one the program uses") {
    const std::string path = SOURCE_FOLDER "/src/README.md";
    const auto read = sys::read_file(path);
    REQUIRE(read);
    const std::string& text = *read;
    const auto begin = text.find(begin_mark), end = text.find(end_mark);
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    const auto start = begin + begin_mark.size();
    if (std::getenv("ACCEPT")) {
        REQUIRE(sys::write_file(path, text.substr(0, start) + table_as_markdown() + text.substr(end)));
        return;
    }
    CHECK(text.substr(start, end - start) == table_as_markdown());
}
