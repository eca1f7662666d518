#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <format>

#include "base/text.h"

namespace crypto {
namespace {

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string sha256(std::string_view octets) {
    std::string digest(32, '\0');
    unsigned int size = 0;
    EVP_Digest(octets.data(), octets.size(), reinterpret_cast<unsigned char*>(digest.data()), &size, EVP_sha256(),
               nullptr);
    return digest;
}

std::string hex(std::string_view octets) {
    std::string text;
    for (const char octet : octets) text += std::format("{:02x}", static_cast<unsigned char>(octet));
    return text;
}

std::string sha256_hex(std::string_view octets) {
    return hex(sha256(octets));
}

bool equal(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string base64(std::string_view octets) {
    std::string text(4 * ((octets.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock adds a NUL
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes(octets), static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

base::Result<std::string> from_base64(std::string_view text) {
    std::string packed;
    std::ranges::copy_if(text, std::back_inserter(packed),
                         [](char c) { return std::string_view(" \t\r\n").find(c) == std::string_view::npos; });
    std::string octets(packed.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()), bytes(packed),
                                     static_cast<int>(packed.size()));
    const auto content = std::min(packed.find('='), packed.size());
    const std::size_t padding = packed.size() - content;
    const bool padded_well = padding <= 2 && packed.find_first_not_of('=', content) == std::string::npos;
    if (packed.size() % 4 != 0 || size < 0 || !padded_well) return base::fail("this is not base64");
    octets.resize(static_cast<std::size_t>(size) - padding);
    return octets;
}

std::string base64url(std::string_view octets) {
    std::string text = base64(octets);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    while (text.ends_with('=')) text.pop_back();
    return text;
}

}  // namespace crypto
