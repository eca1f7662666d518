#pragma once
/// Bytes of a pipe made into lines.
#include <functional>
#include <string>
#include <string_view>

namespace supervise {

/// Collects what a service writes and hands out whole lines, without their end. A line longer than `longest` comes in
/// pieces of that size, so that a program that never ends its line cannot fill the memory. Each further piece begins
/// with `continued`: it is from the middle of a line and must not pass for one.
class LineSplitter {
  public:
    using OnLine = std::function<void(std::string_view)>;
    static constexpr std::size_t longest = 8192;
    static constexpr const char* continued = "... ";

    void feed(std::string_view bytes, const OnLine& on_line);
    /// Hands out what is left without a line end.
    void finish(const OnLine& on_line);

  private:
    void hand_out(std::string_view piece, const OnLine& on_line);
    void end_line(std::string_view piece, const OnLine& on_line);

    std::string rest_;
    bool in_pieces_ = false;  ///< a part of the line is handed out
};

}  // namespace supervise
