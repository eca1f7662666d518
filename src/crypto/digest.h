#pragma once
/// SHA-256 and the text forms of octets.
#include <string>
#include <string_view>

#include "base/error.h"

namespace crypto {

/// The 32 octets of SHA-256 (FIPS 180-4).
std::string sha256(std::string_view octets);

/// The same as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view octets);

std::string hex(std::string_view octets);

/// Whether both are the same, in a time that does not tell where they differ.
bool equal(std::string_view one, std::string_view other);

/// RFC 4648 §4, padded, on one line.
std::string base64(std::string_view octets);

/// Back from base64; spaces and line ends are skipped.
base::Result<std::string> from_base64(std::string_view text);

/// RFC 4648 §5 without padding, as JOSE wants it (RFC 7515 §2).
std::string base64url(std::string_view octets);

}  // namespace crypto
