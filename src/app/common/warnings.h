#pragma once
/// What works, but not as it should, in sentences for the operator: kept in files in /run beside the services' status.
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace app {

/// Replaces the warnings of one topic ("blocklists"; they have a file each in the folder) and logs those that are new.
/// What cannot be written is only logged.
void write_warnings(const std::filesystem::path& folder, const std::string& topic,
                    const std::vector<std::string>& warnings);

/// The warnings of all topics, by topic; none when there is no such folder.
std::vector<std::string> read_warnings(const std::filesystem::path& folder);

/// The warnings of one topic.
std::vector<std::string> read_warnings(const std::filesystem::path& folder, const std::string& topic);

/// How many there are of each topic.
std::map<std::string, std::size_t> count_warnings(const std::filesystem::path& folder);

}  // namespace app
