#include "crypto/dh.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include "crypto/owned.h"

namespace crypto {
namespace {

base::Result<std::string> parameters_pem(EVP_PKEY* parameters) {
    const BioPtr out(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_Parameters(out.get(), parameters) != 1) return openssl_error("write the DH parameters");
    return content_of(out);
}

int go_on(EVP_PKEY_CTX* context) {
    const auto& cancelled = *static_cast<const std::function<bool()>*>(EVP_PKEY_CTX_get_app_data(context));
    return cancelled() ? 0 : 1;
}

}  // namespace

base::Result<std::string> ffdhe3072() {
    const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
    char group[] = "ffdhe3072";
    const OSSL_PARAM options[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                                  OSSL_PARAM_construct_end()};
    EVP_PKEY* made = nullptr;
    if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_params(context.get(), options) != 1 || EVP_PKEY_paramgen(context.get(), &made) != 1)
        return openssl_error("use the group ffdhe3072");
    return parameters_pem(KeyPtr(made).get());
}

base::Result<std::string> generate_dh(int bits, const std::function<bool()>& cancelled) {
    const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
    auto size = static_cast<std::size_t>(bits);
    int generator = 2;
    char type[] = "generator";
    const OSSL_PARAM options[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_FFC_TYPE, type, 0),
                                  OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_FFC_PBITS, &size),
                                  OSSL_PARAM_construct_int(OSSL_PKEY_PARAM_DH_GENERATOR, &generator),
                                  OSSL_PARAM_construct_end()};
    if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 || EVP_PKEY_CTX_set_params(context.get(), options) != 1)
        return openssl_error("make DH parameters");
    auto ask = cancelled;
    EVP_PKEY_CTX_set_app_data(context.get(), &ask);
    EVP_PKEY_CTX_set_cb(context.get(), go_on);
    EVP_PKEY* made = nullptr;
    if (EVP_PKEY_paramgen(context.get(), &made) != 1) {
        auto error = openssl_error("make DH parameters");
        return cancelled() ? base::fail_transient("cannot make DH parameters: stopped") : error;
    }
    return parameters_pem(KeyPtr(made).get());
}

bool usable_dh(const std::string& pem) {
    const BioPtr source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const KeyPtr parameters(PEM_read_bio_Parameters(source.get(), nullptr));
    if (!parameters) ERR_clear_error();
    return parameters && EVP_PKEY_is_a(parameters.get(), "DH") == 1 && EVP_PKEY_get_bits(parameters.get()) >= 2048;
}

}  // namespace crypto
