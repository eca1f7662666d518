#include "crypto/owned.h"

#include <openssl/err.h>

#include <format>

namespace crypto {

std::string content_of(const BioPtr& memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size > 0 ? size : 0)};
}

std::unexpected<base::Error> openssl_error(std::string_view what) {
    const unsigned long code = ERR_get_error();
    char text[256] = "no reason given";
    if (code != 0) ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return base::fail(std::format("cannot {}: {}", what, text));
}

}  // namespace crypto
