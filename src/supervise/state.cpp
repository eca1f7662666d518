#include "supervise/state.h"

#include <array>
#include <format>

namespace supervise {
namespace {

constexpr std::string_view state_names[state_count] = {"waiting", "starting", "ready",  "failing",
                                                       "backoff", "stopping", "stopped"};
constexpr std::string_view event_names[event_count] = {"needs_ready", "probes_passed",  "unanswered",    "exited",
                                                       "delay_over",  "stop_requested", "stop_timed_out"};
constexpr std::string_view action_names[] = {"none", "spawn", "announce", "terminate", "kill", "delay"};

struct Rule {
    State from;
    Event on;
    Transition transition;
};

constexpr Rule rules[] = {
    {State::waiting, Event::needs_ready, {State::starting, Action::spawn}},
    {State::waiting, Event::stop_requested, {State::stopped, Action::none}},

    {State::starting, Event::probes_passed, {State::ready, Action::announce}},
    {State::starting, Event::unanswered, {State::failing, Action::kill}},
    {State::starting, Event::exited, {State::backoff, Action::delay}},
    {State::starting, Event::stop_requested, {State::stopping, Action::terminate}},

    {State::ready, Event::unanswered, {State::failing, Action::kill}},
    {State::ready, Event::exited, {State::backoff, Action::delay}},
    {State::ready, Event::stop_requested, {State::stopping, Action::terminate}},

    {State::failing, Event::exited, {State::backoff, Action::delay}},
    {State::failing, Event::stop_requested, {State::stopping, Action::kill}},

    {State::backoff, Event::delay_over, {State::starting, Action::spawn}},
    {State::backoff, Event::stop_requested, {State::stopped, Action::none}},

    {State::stopping, Event::exited, {State::stopped, Action::none}},
    {State::stopping, Event::stop_timed_out, {State::stopping, Action::kill}},
};

using Table = std::array<std::array<Transition, event_count>, state_count>;

constexpr Table make_table() {
    Table table{};
    for (int state = 0; state < state_count; ++state)
        for (auto& cell : table[static_cast<std::size_t>(state)]) cell = {static_cast<State>(state), Action::none};
    for (const Rule& rule : rules)
        table[static_cast<std::size_t>(rule.from)][static_cast<std::size_t>(rule.on)] = rule.transition;
    return table;
}

constexpr Table table = make_table();

}  // namespace

Transition next(State state, Event event) {
    return table[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
}

std::string_view name(State state) {
    return state_names[static_cast<std::size_t>(state)];
}
std::string_view name(Event event) {
    return event_names[static_cast<std::size_t>(event)];
}
std::string_view name(Action action) {
    return action_names[static_cast<std::size_t>(action)];
}

std::string table_as_markdown() {
    std::string text = "| |", line = "|---|";
    for (const auto event : event_names) {
        text += std::format(" {} |", event);
        line += "---|";
    }
    text += "\n" + line + "\n";
    for (int state = 0; state < state_count; ++state) {
        const auto from = static_cast<State>(state);
        text += std::format("| **{}** |", name(from));
        for (int event = 0; event < event_count; ++event) {
            const auto [to, action] = next(from, static_cast<Event>(event));
            if (to == from && action == Action::none)
                text += " |";
            else if (action == Action::none)
                text += std::format(" {} |", name(to));
            else
                text += std::format(" {} ({}) |", name(to), name(action));
        }
        text += "\n";
    }
    return text;
}

}  // namespace supervise
