#pragma once
/// The gzip format (RFC 1952).
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pack {

std::string gzip(std::string_view octets);

/// What was compressed; an error when it is no gzip, broken, or more than `limit` octets.
base::Result<std::string> gunzip(std::string_view octets, std::size_t limit);

}  // namespace pack
