#pragma once
/// Passwords: making them, and keeping only a hash of them.
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace crypto {

/// `{ARGON2ID}$argon2id$v=19$m=…,t=…,p=1$<salt>$<hash>` (RFC 9106), as Dovecot verifies it, with a new random salt.
base::Result<std::string> hash_password(const base::Secret& password);

/// Whether it has the form of hash_password()'s, whatever the password.
bool is_own_hash(std::string_view hash);

/// Whether `hash` is one of hash_password() of this password.
bool verify_password(const base::Secret& password, std::string_view hash);

/// 20 random characters (118 bits): letters, digits and a few signs, without look-alikes (0O1lI) and without what
/// shells, quotes and mail programs trip over.
base::Result<base::Secret> random_password();

/// `octets` random octets as hexadecimal digits.
base::Result<std::string> random_token(std::size_t octets);

}  // namespace crypto
