#pragma once
/// An open file descriptor with an owner, and pipes made of two.
#include <sys/types.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "base/error.h"

namespace sys {

/// Closes the descriptor at the end of its life, also the one it held before a move assignment.
class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int descriptor) : descriptor_(descriptor) {}
    UniqueFd(UniqueFd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.descriptor_, -1));
        return *this;
    }
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    int get() const { return descriptor_; }
    explicit operator bool() const { return descriptor_ >= 0; }
    int release() { return std::exchange(descriptor_, -1); }
    void reset(int descriptor = -1) {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = descriptor;
    }

  private:
    int descriptor_ = -1;
};

/// A pipe; both ends are closed on exec.
struct Pipe {
    UniqueFd read_end, write_end;
};
base::Result<Pipe> make_pipe();

/// All of it, however often it is interrupted; false with errno set.
bool write_all(int descriptor, std::string_view content);

/// A descriptor for a child that has not been waited for yet: readable when it has ended. Empty on failure, with errno.
UniqueFd open_pidfd(pid_t child);

}  // namespace sys
