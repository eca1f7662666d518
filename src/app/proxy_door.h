#pragma once
/// The ports for proxies that speak the PROXY protocol to Postfix. Postfix believes such a header from anybody, so that
/// a stranger could claim any address; therefore the connection is accepted here, and only one from a listed network is
/// handed to Postfix (master(5), service type `pass`), which reads the header itself.
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ip.h"

namespace app {

/// A port on every IPv4 and IPv6 address, and the Unix socket of the service behind it.
struct ProxyPort {
    int port = 0;  ///< 0: the kernel chooses
    std::string socket;
};

/// Open from open() until destruction, with a thread of its own.
class ProxyDoor {
  public:
    /// Nothing is opened when there are no ports.
    static base::Result<ProxyDoor> open(std::vector<ProxyPort> ports, std::vector<base::IpNetwork> proxies);
    ProxyDoor(ProxyDoor&&) noexcept;
    ProxyDoor& operator=(ProxyDoor&&) noexcept;
    ~ProxyDoor();
    /// The ports in the order they were asked for.
    std::vector<int> ports() const;

  private:
    struct Impl;
    explicit ProxyDoor(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace app
