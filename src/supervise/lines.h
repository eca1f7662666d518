#pragma once
/// Bytes of a pipe made into lines.
#include <functional>
#include <string>
#include <string_view>

namespace supervise {

/// Collects what a service writes and hands out whole lines, without their end. A line longer than `longest` comes in
/// pieces of that size, so that a program that never ends its line cannot fill the memory.
class LineSplitter {
  public:
    using OnLine = std::function<void(std::string_view)>;
    static constexpr std::size_t longest = 8192;

    void feed(std::string_view bytes, const OnLine& on_line);
    /// Hands out what is left without a line end.
    void finish(const OnLine& on_line);

  private:
    std::string rest_;
};

}  // namespace supervise
