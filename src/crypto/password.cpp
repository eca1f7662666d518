#include "crypto/password.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstdint>
#include <format>
#include <optional>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/owned.h"

namespace crypto {
namespace {

/// OWASP's floor for Argon2id: 19 MiB, two passes. 100 logins at once stay below 2 GiB.
constexpr std::uint32_t memory_kib = 19 * 1024;
constexpr std::uint32_t passes = 2;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_octets = 16;
constexpr std::size_t hash_octets = 32;

constexpr std::string_view prefix = "{ARGON2ID}";

base::Result<std::string> random_octets(std::size_t count) {
    std::string octets(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(octets.data()), static_cast<int>(count)) != 1)
        return openssl_error("get random numbers");
    return octets;
}

/// Argon2 writes its base64 without padding.
std::string unpadded(std::string text) {
    while (text.ends_with('=')) text.pop_back();
    return text;
}

base::Result<std::string> derive(const base::Secret& password, std::string salt, std::uint32_t memory,
                                 std::uint32_t iterations, std::uint32_t parallel, std::size_t size) {
    const KdfPtr kdf(EVP_KDF_fetch(nullptr, "ARGON2ID", nullptr));
    const KdfContextPtr context(EVP_KDF_CTX_new(kdf.get()));
    if (!context) return openssl_error("use Argon2id");
    std::string secret = password.reveal(), derived(size, '\0');
    std::uint32_t threads = 1;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, secret.data(), secret.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &iterations),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_MEMCOST, &memory),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ARGON2_LANES, &parallel),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_THREADS, &threads),
        OSSL_PARAM_construct_end(),
    };
    const int done =
        EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(derived.data()), derived.size(), parameters);
    OPENSSL_cleanse(secret.data(), secret.size());
    if (done != 1) return openssl_error("hash the password");
    return derived;
}

std::string encoded(const std::string& salt, const std::string& hash) {
    return std::format("{}$argon2id$v=19$m={},t={},p={}${}${}", prefix, memory_kib, passes, lanes,
                       unpadded(base64(salt)), unpadded(base64(hash)));
}

/// The salt of a hash with our own parameters.
std::optional<std::string> salt_of(std::string_view hash) {
    const auto fields = base::split(hash, '$');
    if (fields.size() != 6) return std::nullopt;
    std::string salt(fields[4]);
    salt.append((4 - salt.size() % 4) % 4, '=');
    auto octets = from_base64(salt);
    return octets ? std::optional(*octets) : std::nullopt;
}

}  // namespace

base::Result<std::string> hash_password(const base::Secret& password) {
    const auto salt = random_octets(salt_octets);
    if (!salt) return std::unexpected(salt.error());
    const auto hash = derive(password, *salt, memory_kib, passes, lanes, hash_octets);
    if (!hash) return std::unexpected(hash.error());
    return encoded(*salt, *hash);
}

bool is_own_hash(std::string_view hash) {
    return hash.starts_with(prefix);
}

bool verify_password(const base::Secret& password, std::string_view hash) {
    const auto salt = salt_of(hash);
    if (!salt) return false;
    const auto derived = derive(password, *salt, memory_kib, passes, lanes, hash_octets);
    if (!derived) return false;
    return equal(encoded(*salt, *derived), hash);
}

base::Result<base::Secret> random_password() {
    constexpr std::string_view signs = "-_.+=@,:";
    constexpr std::string_view alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_.+=@,:";
    std::string password;
    while (password.size() < 20) {
        const auto octets = random_octets(1);
        if (!octets) return std::unexpected(octets.error());
        const auto octet = static_cast<unsigned char>((*octets)[0]);
        // Octets beyond the last whole multiple are thrown away, so that every character is equally likely.
        if (octet >= 256 / alphabet.size() * alphabet.size()) continue;
        const char character = alphabet[octet % alphabet.size()];
        // A leading sign could be taken for an option when the password is typed into a command.
        if (!password.empty() || signs.find(character) == std::string_view::npos) password += character;
    }
    return base::Secret(std::move(password));
}

base::Result<std::string> random_token(std::size_t octets) {
    auto random = random_octets(octets);
    if (!random) return random;
    return hex(*random);
}

}  // namespace crypto
