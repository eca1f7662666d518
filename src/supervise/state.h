#pragma once
/// The life of a service as a table: in this state, when that happens, go there and do this. Nothing else in the
/// supervisor decides by state. src/README.md shows the table; a test keeps the two equal.
#include <string>
#include <string_view>

namespace supervise {

enum class State {
    waiting,   ///< for the services it needs
    starting,  ///< its process runs, its probes do not pass yet
    ready,     ///< its probes passed
    failing,   ///< killed because it did not answer; its end is awaited
    backoff,   ///< ended by itself; started again after a while
    stopping,  ///< asked to end
    stopped,   ///< ended for good
};
constexpr int state_count = 7;

enum class Event {
    needs_ready,     ///< everything it needs is ready
    probes_passed,   ///< every probe answered
    unanswered,      ///< not ready within its start time-out, or no answer for too long
    exited,          ///< no process of it is left
    delay_over,      ///< the back-off has passed
    stop_requested,  ///< the supervisor shuts down and nobody needs it any more
    stop_timed_out,  ///< it did not end within its stop time-out
};
constexpr int event_count = 7;

enum class Action {
    none,
    spawn,      ///< start the process and the probes
    announce,   ///< tell that it is ready
    terminate,  ///< send its stop signal
    kill,       ///< SIGKILL to every process of it
    delay,      ///< begin the back-off
};

struct Transition {
    State next;
    Action action;
};

/// The cell of the table. An event that means nothing in a state leaves it there and does nothing.
Transition next(State state, Event event);

std::string_view name(State state);
std::string_view name(Event event);
std::string_view name(Action action);

/// The table as Markdown: a row a state, a column an event, `next (action)` in the cells.
std::string table_as_markdown();

}  // namespace supervise
