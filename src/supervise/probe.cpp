#include "supervise/probe.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <format>
#include <variant>

#include "base/ip.h"

namespace supervise {
namespace {

/// More than this nobody needs to say to show that it is alive.
constexpr std::size_t most_received = 4096;

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;  ///< 0: the address cannot be used
};

SocketAddress socket_address(const UnixAddress& address) {
    SocketAddress result;
    auto& out = reinterpret_cast<sockaddr_un&>(result.storage);
    if (address.path.size() >= sizeof out.sun_path) return result;
    out.sun_family = AF_UNIX;
    std::memcpy(out.sun_path, address.path.c_str(), address.path.size() + 1);
    result.size = sizeof out;
    return result;
}

SocketAddress socket_address(const TcpAddress& address) {
    SocketAddress result;
    const auto ip = base::IpAddress::parse(address.ip);
    if (!ip) return result;
    const auto port = htons(static_cast<in_port_t>(address.port));
    if (ip->is_v4()) {
        auto& out = reinterpret_cast<sockaddr_in&>(result.storage);
        out.sin_family = AF_INET;
        out.sin_port = port;
        std::memcpy(&out.sin_addr, ip->octets().data(), sizeof out.sin_addr);
        result.size = sizeof out;
    } else {
        auto& out = reinterpret_cast<sockaddr_in6&>(result.storage);
        out.sin6_family = AF_INET6;
        out.sin6_port = port;
        std::memcpy(&out.sin6_addr, ip->octets().data(), sizeof out.sin6_addr);
        result.size = sizeof out;
    }
    return result;
}

std::string to_text(const std::variant<UnixAddress, TcpAddress>& address) {
    if (const auto* local = std::get_if<UnixAddress>(&address)) return local->path;
    const auto& tcp = std::get<TcpAddress>(address);
    return std::format("{} port {}", tcp.ip, tcp.port);
}

}  // namespace

ProbeAttempt::ProbeAttempt(const Probe& probe, Clock::time_point deadline) : probe_(&probe), deadline_(deadline) {
    connect();
}

void ProbeAttempt::connect() {
    const auto address = std::visit([](const auto& one) { return socket_address(one); }, probe_->address);
    socket_.reset(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const bool begun =
        address.size != 0 && socket_ &&
        (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0 ||
         errno == EINPROGRESS);
    if (!begun) state_ = ProbeState::failed;
}

pollfd ProbeAttempt::wanted() const {
    // Before anything is sent, writable means connected; an empty `send` goes straight to reading.
    const bool writes = sent_ < probe_->send.size() || probe_->expect.empty();
    return {.fd = socket_.get(), .events = static_cast<short>(writes ? POLLOUT : POLLIN), .revents = 0};
}

void ProbeAttempt::advance(Clock::time_point now) {
    if (state_ != ProbeState::running) return;
    pollfd ready = wanted();
    if (::poll(&ready, 1, 0) > 0) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0)
            state_ = ProbeState::failed;
        else if (sent_ < probe_->send.size())
            send();
        else if (probe_->expect.empty())
            state_ = ProbeState::passed;
        else
            receive();
    }
    if (state_ == ProbeState::running && now >= deadline_) state_ = ProbeState::failed;
    if (state_ != ProbeState::running) socket_.reset();
}

void ProbeAttempt::send() {
    const ssize_t done =
        ::send(socket_.get(), probe_->send.data() + sent_, probe_->send.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done > 0)
        sent_ += static_cast<std::size_t>(done);
    else if (errno != EAGAIN && errno != EINTR)
        state_ = ProbeState::failed;
    if (sent_ == probe_->send.size() && probe_->expect.empty()) state_ = ProbeState::passed;
}

void ProbeAttempt::receive() {
    char buffer[1024];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        state_ = ProbeState::failed;
        return;
    }
    received_.append(buffer, static_cast<std::size_t>(got));
    if (received_.find(probe_->expect) != std::string::npos)
        state_ = ProbeState::passed;
    else if (received_.size() > most_received)
        state_ = ProbeState::failed;
}

ProbeState ProbeRound::advance(Clock::time_point now) {
    for (; passed_ < probes_->size(); ++passed_) {
        if (!attempt_) attempt_.emplace((*probes_)[passed_], now + timeout_);
        attempt_->advance(now);
        if (attempt_->state() != ProbeState::passed) return attempt_->state();
        attempt_.reset();
    }
    return ProbeState::passed;
}

base::Result<> ask(const std::vector<Probe>& probes, std::chrono::milliseconds timeout) {
    using Clock = ProbeRound::Clock;
    ProbeRound round(probes, timeout);
    for (ProbeState state; (state = round.advance(Clock::now())) != ProbeState::passed;) {
        if (state == ProbeState::failed)
            return base::fail_transient(std::format("no good answer from {}", to_text(probes[round.passed()].address)));
        pollfd wanted = round.wanted();
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(round.deadline() - Clock::now()).count();
        ::poll(&wanted, 1, static_cast<int>(std::max<long long>(left, 0)));
    }
    return {};
}

}  // namespace supervise
