#pragma once
/// An mbox (RFC 4155) taken apart while it is read: pieces of any size go in, whole mails come out. Keeps one mail at
/// most, and of a mail that is too long nothing.
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace spam {

class MboxSplitter {
  public:
    /// Takes the next mail; empty when it was longer than `largest`. An error ends the reading.
    using Take = std::function<base::Result<>(std::string_view mail)>;

    MboxSplitter(std::size_t largest, Take take) : largest_(largest), take_(std::move(take)) {}

    /// The next octets. An error when the first line is not a "From " line, or `take` has one.
    base::Result<> feed(std::string_view octets);
    /// The "From " line of the mail that `take` is given, without its line end.
    std::string_view from_line() const { return from_line_; }
    /// Nothing comes any more: the last mail.
    base::Result<> finish();

  private:
    base::Result<> line(std::string_view text);
    base::Result<> end_of_mail();

    std::size_t largest_;
    Take take_;
    std::string line_;              // begun, its end has not come yet
    std::string from_line_;         // of the mail
    std::string mail_;              // what has come of the mail
    bool too_long_ = false;         // …which is longer than `largest_`
    bool in_mail_ = false;          // the first "From " line has come
    bool line_goes_on_ = false;     // the piece before was not the end of its line
    bool after_empty_line_ = true;  // only there "From " begins a mail
};

}  // namespace spam
