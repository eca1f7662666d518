#pragma once
/// What works, but not as it should, in sentences for the operator: kept in a file in /run beside the services' status.
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace app {

/// The warnings of all who watch over something. Safe to use from any thread.
class Warnings {
  public:
    explicit Warnings(std::filesystem::path file) : file_(std::move(file)) {}

    /// Replaces those of one watcher in the file, and logs the new ones. What cannot be written is only logged.
    void set(const std::string& watcher, const std::vector<std::string>& warnings);

  private:
    std::filesystem::path file_;
    std::mutex mutex_;
    std::map<std::string, std::vector<std::string>> warnings_;
};

/// The warnings in the file; none when there is no such file.
std::vector<std::string> read_warnings(const std::filesystem::path& file);

}  // namespace app
