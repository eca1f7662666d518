#pragma once
/// A text that must never reach a log line or an argument list: it has no operator<< and no formatter, so printing it
/// by mistake does not compile. Who really needs the text says so with reveal().
#include <string>
#include <utility>

namespace base {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    bool operator==(const Secret&) const = default;

  private:
    std::string text_;
};

}  // namespace base
