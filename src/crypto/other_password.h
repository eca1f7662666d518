#pragma once
/// Password hashes that another server made, as far as they can be verified here; Dovecot verifies more of them.
#include <string_view>

#include "base/secret.h"

namespace crypto {

/// Whether `hash` is one of this password: {SSHA256}, {SSHA512}, {SHA256}, {SHA512}, {SHA256-CRYPT}, {SHA512-CRYPT},
/// {BLF-CRYPT}, {CRYPT}. False for any other, and for one that would take long to try.
bool verify_other_password(const base::Secret& password, std::string_view hash);

}  // namespace crypto
