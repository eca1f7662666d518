#include "app/proxy_door.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <format>
#include <optional>
#include <thread>

#include "base/log.h"
#include "sys/fd.h"

namespace app {
namespace {

/// Listens on all addresses; on IPv4 alone where there is no IPv6.
base::Result<sys::UniqueFd> listen_on(int port) {
    const auto number = htons(static_cast<in_port_t>(port));
    for (const int family : {AF_INET6, AF_INET}) {
        sys::UniqueFd listener(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const int yes = 1, no = 0;
        if (!listener) continue;
        ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = number;
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = number;
        if (family == AF_INET6) ::setsockopt(listener.get(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
        const int bound = family == AF_INET6
                              ? ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&v6), sizeof v6)
                              : ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
        if (bound == 0 && ::listen(listener.get(), 128) == 0) return listener;
        if (errno != EADDRNOTAVAIL && errno != EAFNOSUPPORT) break;
    }
    return base::fail(std::format("cannot listen on port {}: {}", port, base::errno_text(errno)));
}

/// The address at one end of a connection, as getpeername() and accept() tell it.
std::optional<base::IpAddress> address_of(const sockaddr_storage& end) {
    char text[INET6_ADDRSTRLEN] = {};
    const void* octets = end.ss_family == AF_INET6
                             ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(end).sin6_addr)
                             : static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(end).sin_addr);
    if (!::inet_ntop(end.ss_family, octets, text, sizeof text)) return std::nullopt;
    const auto address = base::IpAddress::parse(text);
    return address ? std::optional(*address) : std::nullopt;
}

int port_of(const sys::UniqueFd& listener) {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    if (::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&own), &size) != 0) return 0;
    return ntohs(own.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(own).sin6_port
                                           : reinterpret_cast<const sockaddr_in&>(own).sin_port);
}

/// Hands a connection to the Postfix service behind the socket: the descriptor with one octet, then an empty list of
/// attributes, whereupon the service finds out by itself who the client is. Never waits: a service whose queue of
/// connections is full must not hold up the others.
bool hand_over(const sys::UniqueFd& client, const std::string& socket) {
    const sys::UniqueFd door(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!door || socket.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, socket.c_str(), socket.size() + 1);
    if (::connect(door.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
    char octet = 0;
    iovec data{.iov_base = &octet, .iov_len = 1};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int descriptor = client.get();
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return ::sendmsg(door.get(), &message, MSG_NOSIGNAL) == 1 && ::send(door.get(), &octet, 1, MSG_NOSIGNAL) == 1;
}

}  // namespace

struct ProxyDoor::Impl {
    struct Listener {
        sys::UniqueFd descriptor;
        std::string socket;
    };
    std::vector<Listener> listeners;
    std::vector<base::IpNetwork> proxies;
    std::chrono::steady_clock::time_point next_word;  ///< whoever knocks must not fill the log
    sys::UniqueFd ending{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::jthread thread;  // last: it uses the others

    ~Impl() {
        const std::uint64_t one = 1;
        if (thread.joinable() && ::write(ending.get(), &one, sizeof one) != sizeof one) thread.detach();
    }

    void run() {
        std::vector<pollfd> waiting{{.fd = ending.get(), .events = POLLIN, .revents = 0}};
        for (const auto& listener : listeners)
            waiting.push_back({.fd = listener.descriptor.get(), .events = POLLIN, .revents = 0});
        for (;;) {
            if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
            if (waiting[0].revents) return;
            for (std::size_t i = 0; i < listeners.size(); ++i)
                if (waiting[i + 1].revents & POLLIN) accept_from(listeners[i]);
        }
    }

    void accept_from(const Listener& listener) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        const sys::UniqueFd client(
            ::accept4(listener.descriptor.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC));
        if (!client) {
            // Out of descriptors: they come back, and until then poll() would return at once.
            if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(std::chrono::milliseconds(100));
            return;
        }
        const auto address = address_of(peer);
        const bool is_proxy =
            address && std::ranges::any_of(proxies, [&](const auto& network) { return network.contains(*address); });
        if (!is_proxy)
            say(std::format("refused {} on port {}: it is not in PROXY_PROTOCOL_NETWORKS",
                            address ? address->str() : "somebody", port_of(listener.descriptor)));
        else if (!hand_over(client, listener.socket))
            say(std::format("dropped a connection on port {}: Postfix does not take it", port_of(listener.descriptor)));
    }

    void say(const std::string& what) {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_word) return;
        next_word = now + std::chrono::seconds(5);
        base::log("proxy", what);
    }
};

ProxyDoor::ProxyDoor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ProxyDoor::ProxyDoor(ProxyDoor&&) noexcept = default;
ProxyDoor& ProxyDoor::operator=(ProxyDoor&&) noexcept = default;
ProxyDoor::~ProxyDoor() = default;

base::Result<ProxyDoor> ProxyDoor::open(std::vector<ProxyPort> ports, std::vector<base::IpNetwork> proxies) {
    auto impl = std::make_unique<Impl>();
    impl->proxies = std::move(proxies);
    for (auto& [port, socket] : ports) {
        auto listener = listen_on(port);
        if (!listener) return std::unexpected(listener.error());
        impl->listeners.push_back({std::move(*listener), std::move(socket)});
    }
    if (!impl->ending) return base::fail("cannot make an event descriptor: " + base::errno_text(errno));
    if (!impl->listeners.empty()) impl->thread = std::jthread([raw = impl.get()] { raw->run(); });
    return ProxyDoor(std::move(impl));
}

std::vector<int> ProxyDoor::ports() const {
    std::vector<int> all;
    for (const auto& listener : impl_->listeners) all.push_back(port_of(listener.descriptor));
    return all;
}

}  // namespace app
