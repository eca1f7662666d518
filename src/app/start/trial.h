#pragma once
/// The engines while they come up for the first time with what the operator has changed of their configuration.
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "bootstrap/start.h"
#include "supervise/status.h"

namespace app {

class Trial {
  public:
    /// `start` must outlive the object; its refused_overrides are filled.
    explicit Trial(bootstrap::Start& start) : start_(start) {}

    /// Remembers the last word of each engine, and among its words rather a complaint than any other.
    void heard(std::string_view service, std::string_view line);

    /// True when an engine failed that has new overrides: they are to blame.
    bool failed(const supervise::Status& status);

  private:
    bool is_unproven(std::string_view service) const;

    bootstrap::Start& start_;
    std::map<std::string, std::pair<std::string, bool>, std::less<>> words_;
};

}  // namespace app
