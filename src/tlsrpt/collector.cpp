#include "tlsrpt/collector.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <format>
#include <iterator>

#include "base/log.h"

namespace tlsrpt {
namespace {

/// The kernel takes datagrams of up to some 200 KB; those of Postfix are shorter than this.
constexpr std::size_t largest_datagram = 128 * 1024;
/// As many share a commit.
constexpr int most_at_once = 256;
constexpr int stop_check_milliseconds = 200;

}  // namespace

base::Result<std::unique_ptr<Collector>> Collector::start(const std::filesystem::path& path, Store& store,
                                                          const base::Clock& clock) {
    const auto fail = [&](int number) {
        return base::fail(std::format("cannot listen at {}: {}", path.string(), base::errno_text(number)));
    };
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const auto& name = path.native();
    if (name.size() >= sizeof address.sun_path) return fail(ENAMETOOLONG);
    name.copy(address.sun_path, name.size());
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    sys::UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket || ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return fail(errno);
    return std::make_unique<Collector>(std::move(socket), store, clock);
}

Collector::Collector(sys::UniqueFd socket, Store& store, const base::Clock& clock)
    : socket_(std::move(socket)),
      store_(store),
      clock_(clock),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Collector::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd readable{.fd = socket_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&readable, 1, stop_check_milliseconds) <= 0) continue;
        const auto events = receive();
        if (events.empty()) continue;
        const auto day = std::chrono::floor<std::chrono::days>(clock_.now());
        if (const auto added = store_.add(events, day); !added)
            base::log("tls-reports", std::format("{} events are lost: {}", events.size(), added.error().text));
    }
}

std::vector<Event> Collector::receive() {
    std::vector<Event> events;
    std::string datagram(largest_datagram, '\0');
    for (int i = 0; i < most_at_once; ++i) {
        const auto length = ::recv(socket_.get(), datagram.data(), datagram.size(), MSG_TRUNC);
        if (length < 0) break;
        auto parsed = static_cast<std::size_t>(length) > datagram.size()
                          ? base::fail("it is too large")
                          : parse_datagram(std::string_view(datagram).substr(0, static_cast<std::size_t>(length)));
        if (!parsed) {
            base::log("tls-reports", "cannot read what Postfix tells about TLS: " + parsed.error().text);
            continue;
        }
        events.insert(events.end(), std::make_move_iterator(parsed->begin()), std::make_move_iterator(parsed->end()));
    }
    return events;
}

}  // namespace tlsrpt
