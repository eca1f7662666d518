#pragma once
/// What the supervisor is told about a program it keeps alive: values only, made by engines/*.
#include <chrono>
#include <csignal>
#include <string>
#include <variant>
#include <vector>

namespace supervise {

struct UnixAddress {
    std::string path;
    bool operator==(const UnixAddress&) const = default;
};
struct TcpAddress {
    std::string ip;  ///< numeric
    int port = 0;
    bool operator==(const TcpAddress&) const = default;
};

/// How to see that a service answers, as data: connect, send `send` (may be empty and may hold any octets), and the
/// answer must contain `expect`. An empty `expect` is content with the connection.
struct Probe {
    std::variant<UnixAddress, TcpAddress> address;
    std::string send;
    std::string expect;
    bool operator==(const Probe&) const = default;
};

struct Service {
    std::string name;                      ///< the name in logs, status and `needs`
    std::vector<std::string> argv;         ///< runs in the foreground, logs to stdout/stderr
    std::vector<std::string> environment;  ///< "NAME=value"
    std::vector<std::string> needs;        ///< services that must be ready before this one starts
    std::vector<Probe> ready;              ///< all must succeed before it counts as ready
    /// Asked again and again while it is ready, to notice one that hangs; empty: `ready` is asked. Choose what still
    /// answers under a flood of clients: a service must not be restarted for being busy.
    std::vector<Probe> alive;
    int stop_signal = SIGTERM;
    std::chrono::milliseconds stop_timeout{10'000};   ///< then SIGKILL to all of its processes
    std::chrono::milliseconds start_timeout{30'000};  ///< not ready by then counts as a failure
    int patience = 1;   ///< so many times as long as others it may stay without an answer before it counts as hung
    bool vital = true;  ///< false: without it the whole is ready all the same
    bool operator==(const Service&) const = default;
};

}  // namespace supervise
