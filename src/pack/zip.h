#pragma once
/// The zip format (PKWARE's APPNOTE): the wall around Poco::Zip.
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pack {

/// The content of the first file of an archive; an error when it is no zip, broken, encrypted, without a file, or the
/// file has more than `limit` octets.
base::Result<std::string> unzip_first(std::string_view octets, std::size_t limit);

}  // namespace pack
