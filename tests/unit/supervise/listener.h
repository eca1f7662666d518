#pragma once
/// A socket that listens, for probes to knock at.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <stdexcept>
#include <string>

#include "supervise/service.h"
#include "sys/fd.h"

namespace tests {

class Listener {
  public:
    /// On a Unix socket; one that lies there is replaced.
    explicit Listener(const std::string& path) : address_(supervise::UnixAddress{path}) {
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        ::unlink(path.c_str());
        listen(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    /// On a free TCP port of the loopback address, IPv4 or IPv6.
    explicit Listener(bool v6) {
        if (v6) {
            sockaddr_in6 address{};
            address.sin6_family = AF_INET6;
            address.sin6_addr = in6addr_loopback;
            listen(AF_INET6, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        } else {
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            listen(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        }
        sockaddr_in6 bound{};  // the port stands at the same place for both families
        socklen_t size = sizeof bound;
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&bound), &size);
        address_ = supervise::TcpAddress{.ip = v6 ? "::1" : "127.0.0.1", .port = ntohs(bound.sin6_port)};
    }

    const std::variant<supervise::UnixAddress, supervise::TcpAddress>& address() const { return address_; }
    sys::UniqueFd accept() const { return sys::UniqueFd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
    void close() { socket_.reset(); }

  private:
    void listen(int family, const sockaddr* address, socklen_t size) {
        socket_.reset(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::bind(socket_.get(), address, size) != 0 || ::listen(socket_.get(), 4096) != 0)
            throw std::runtime_error("cannot listen");
    }

    sys::UniqueFd socket_;
    std::variant<supervise::UnixAddress, supervise::TcpAddress> address_;
};

}  // namespace tests
