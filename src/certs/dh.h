#pragma once
/// The DH parameters the engines read.
#include <filesystem>

#include "base/error.h"

namespace certs {

/// Writes the group of RFC 7919 when there are no usable parameters; whether it did.
base::Result<bool> ensure_dh_parameters(const std::filesystem::path& file);

/// Whether the parameters in `file` are the RFC 7919 group (and so not the operator's own).
base::Result<bool> is_standard_group(const std::filesystem::path& file);

/// Makes parameters of our own by `openssl dhparam` (minutes to an hour) and puts them in place of the standard ones.
/// The program is a process of its own so that it can be stopped at any moment: nothing is changed before it is done.
base::Result<> generate_dh_parameters(const std::filesystem::path& file);

}  // namespace certs
