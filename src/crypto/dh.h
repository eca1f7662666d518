#pragma once
/// Parameters for finite-field Diffie-Hellman, as PEM.
#include <functional>
#include <string>

#include "base/error.h"

namespace crypto {

/// The group ffdhe3072 (RFC 7919 appendix A.2).
base::Result<std::string> ffdhe3072();

/// A safe prime of our own with generator 2: minutes to an hour of one processor. `cancelled` is asked many times a
/// second; once it says yes the search ends with a transient error.
base::Result<std::string> generate_dh(int bits, const std::function<bool()>& cancelled);

/// Whether `pem` holds DH parameters of 2048 bits or more.
bool usable_dh(const std::string& pem);

}  // namespace crypto
