#pragma once
/// Private to src/crypto: owners for OpenSSL's objects, and its error queue as one of our errors.
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace crypto {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using KdfPtr = std::unique_ptr<EVP_KDF, Deleter<EVP_KDF_free>>;
using KdfContextPtr = std::unique_ptr<EVP_KDF_CTX, Deleter<EVP_KDF_CTX_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<X509_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, Deleter<X509_REQ_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
inline void free_list(STACK_OF(X509_EXTENSION) * list) {  // OpenSSL's own is a macro
    sk_X509_EXTENSION_free(list);
}
using ExtensionsPtr = std::unique_ptr<STACK_OF(X509_EXTENSION), Deleter<free_list>>;  // not of its elements
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;
using BigNumberPtr = std::unique_ptr<BIGNUM, Deleter<BN_free>>;

/// What was written to a memory BIO.
std::string content_of(const BioPtr& memory);

/// "cannot <what>: <OpenSSL's oldest error>"; empties the queue.
std::unexpected<base::Error> openssl_error(std::string_view what);

}  // namespace crypto
