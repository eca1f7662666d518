#pragma once
/// The wall around c-ares: questions to given name servers, over UDP and, for long answers, TCP. Reads no configuration
/// of the machine and keeps nothing from call to call. One thread uses an object.
#include <chrono>
#include <cstdint>

#include "resolver/servers.h"

namespace resolver {

struct CaresOptions {
    std::chrono::milliseconds try_limit{900};  ///< for one packet; then once more, twice as long
    std::chrono::milliseconds limit{4'000};    ///< for one call of ask()
    std::uint16_t port = 53;
};

class CaresServers final : public Servers {
  public:
    explicit CaresServers(CaresOptions options = {}) : options_(options) {}
    std::vector<ServerAnswer> ask(std::span<const ServerQuestion> questions) override;

  private:
    CaresOptions options_;
};

}  // namespace resolver
