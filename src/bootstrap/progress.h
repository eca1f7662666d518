#pragma once
/// How far the start has come, for people: the supervisor appends one JSON line per event to a file in /run, and
/// `mailserver progress` (which start_mailserver.sh calls) follows that file and prints it as it grows.
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace bootstrap {

enum class ProgressKind { done, failed, note, ready };

struct ProgressEvent {
    ProgressKind kind = ProgressKind::note;
    double elapsed = 0;  ///< seconds since the program started
    std::string phase;   ///< "DKIM keys"; empty for ready
    std::string detail;  ///< what was done, or the error with its remedy
    bool operator==(const ProgressEvent&) const = default;
};

/// One line of the file, without the newline, and back; nothing for a line that is not one (yet).
std::string to_line(const ProgressEvent& event);
std::optional<ProgressEvent> from_line(std::string_view line);

/// The event as `start_mailserver.sh` shows it: "  ✔ DKIM keys (0.2 s): made for example.org".
std::string for_people(const ProgressEvent& event);

/// Writes the file. Safe from any thread. What cannot be written is only logged: progress never stops a start.
class Progress {
  public:
    explicit Progress(std::filesystem::path file);
    void report(ProgressKind kind, std::string_view phase, std::string_view detail) const;

  private:
    std::filesystem::path file_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace bootstrap
