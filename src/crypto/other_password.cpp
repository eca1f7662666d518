#include "crypto/other_password.h"

#include <crypt.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/text.h"
#include "crypto/digest.h"

namespace crypto {
namespace {

/// The digest of the password and the salt, then the salt, in base64.
bool verify_digest(const base::Secret& password, std::string_view value, const EVP_MD* algorithm, bool salted) {
    const auto octets = from_base64(value);
    const auto size = static_cast<std::size_t>(EVP_MD_get_size(algorithm));
    if (!octets || octets->size() < size || (octets->size() > size) != salted) return false;
    const std::string text = password.reveal() + octets->substr(size);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_Digest(text.data(), text.size(), digest, &length, algorithm, nullptr) != 1) return false;
    return equal({reinterpret_cast<const char*>(digest), length}, std::string_view(*octets).substr(0, size));
}

/// Somebody else's parameters could keep a processor busy for hours.
bool is_bearable(std::string_view value) {
    constexpr std::uint64_t most_rounds = 1'000'000, most_cost = 14;
    const auto fields = base::split(value, '$');
    if (fields.size() < 3 || !fields[0].empty()) return false;
    if (fields[1] == "5" || fields[1] == "6")
        return !fields[2].starts_with("rounds=") ||
               base::parse_number(fields[2].substr(7)).value_or(most_rounds + 1) <= most_rounds;
    return (fields[1] == "2a" || fields[1] == "2b" || fields[1] == "2y") &&
           base::parse_number(fields[2]).value_or(most_cost + 1) <= most_cost;
}

bool verify_crypt(const base::Secret& password, const std::string& value) {
    // For crypt(3) a password ends at a NUL.
    if (!is_bearable(value) || password.reveal().contains('\0')) return false;
    const auto scratch = std::make_unique<crypt_data>();
    const char* made = ::crypt_r(password.reveal().c_str(), value.c_str(), scratch.get());
    // What fails begins with '*'.
    return made != nullptr && *made == '$' && equal(made, value);
}

}  // namespace

bool verify_other_password(const base::Secret& password, std::string_view hash) {
    const auto end = hash.find('}');
    if (!hash.starts_with('{') || end == std::string_view::npos) return false;
    const auto scheme = base::upper(hash.substr(1, end - 1));
    const auto value = hash.substr(end + 1);
    if (scheme == "SSHA256" || scheme == "SHA256")
        return verify_digest(password, value, EVP_sha256(), scheme.starts_with("SS"));
    if (scheme == "SSHA512" || scheme == "SHA512")
        return verify_digest(password, value, EVP_sha512(), scheme.starts_with("SS"));
    if (scheme == "SHA256-CRYPT" || scheme == "SHA512-CRYPT" || scheme == "BLF-CRYPT" || scheme == "CRYPT")
        return verify_crypt(password, std::string(value));
    return false;
}

}  // namespace crypto
