#pragma once
/// What people are told about the certificate, kept in a file in /run beside the services' status.
#include <filesystem>
#include <string>
#include <vector>

#include "certs/keepers.h"
#include "json/json.h"

namespace app {

/// "issued by Let's Encrypt, valid until 2027-01-31", "self-signed: cannot …. Remedy."
std::string describe(const certs::Status& status);

/// Replaces the file. What cannot be written is only logged. Of the further names (member "further") those are in it
/// that have a certificate or trouble.
void write_certificate_status(const std::filesystem::path& file, const certs::Status& status,
                              const std::vector<certs::NameStatus>& further);

/// The object in the file; null when there is none. Its member "text" is describe()'s.
json::Value read_certificate_status(const std::filesystem::path& file);

/// A line for each certificate in that object, and what is wrong with those of further names, as `status` tells it.
std::string certificate_lines(const json::Value& certificate);
std::vector<std::string> certificate_warnings(const json::Value& certificate);

}  // namespace app
