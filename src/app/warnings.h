#pragma once
/// What works, but not as it should, in sentences for the operator: kept in a file in /run beside the services' status.
#include <filesystem>
#include <string>
#include <vector>

namespace app {

/// Replaces the file and logs what was not in it before. What cannot be written is only logged.
void write_warnings(const std::filesystem::path& file, const std::vector<std::string>& warnings);

/// The warnings in the file; none when there is no such file.
std::vector<std::string> read_warnings(const std::filesystem::path& file);

}  // namespace app
