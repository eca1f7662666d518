#pragma once
/// The gzip format (RFC 1952).
#include <string>
#include <string_view>

namespace net {

std::string gzip(std::string_view octets);

}  // namespace net
