#pragma once
/// Notices in the log that a relay refuses our login, so that the operator learns why mail waits.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "maillog/line.h"

namespace app {

class RelayWatch {
  public:
    /// `tell` gets the warnings of the moment whenever they change.
    explicit RelayWatch(std::function<void(const std::vector<std::string>&)> tell) : tell_(std::move(tell)) {}

    void read(const maillog::Entry& entry);

  private:
    std::function<void(const std::vector<std::string>&)> tell_;
    std::map<std::string, std::string> refusals_;  ///< by the relay's name and port
};

}  // namespace app
