#pragma once
/// Takes what Postfix tells about TLS (libtlsrpt) from a datagram socket into the store.
#include <filesystem>
#include <functional>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "sys/fd.h"
#include "tlsrpt/store.h"

namespace tlsrpt {

/// At work until destruction. What comes in while the disk refuses is lost, which is logged.
class Collector {
  public:
    /// Makes the socket; the references must outlive the object.
    static base::Result<std::unique_ptr<Collector>> start(const std::filesystem::path& socket, Store& store,
                                                          const base::Clock& clock);
    Collector(sys::UniqueFd socket, Store& store, const base::Clock& clock);

  private:
    void work(const std::stop_token& stop);
    std::vector<Event> receive();

    sys::UniqueFd socket_;
    Store& store_;
    const base::Clock& clock_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace tlsrpt
