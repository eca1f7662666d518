#pragma once
/// What people are told about the certificate, kept in a file in /run beside the services' status.
#include <filesystem>
#include <string>

#include "certs/keeper.h"
#include "json/json.h"

namespace app {

/// "issued by Let's Encrypt, valid until 2027-01-31", "self-signed: cannot …. Remedy."
std::string describe(const certs::Status& status);

/// Replaces the file. What cannot be written is only logged.
void write_certificate_status(const std::filesystem::path& file, const certs::Status& status);

/// The object in the file; null when there is none. Its member "text" is describe()'s.
json::Value read_certificate_status(const std::filesystem::path& file);

}  // namespace app
