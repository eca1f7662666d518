#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <format>
#include <fstream>
#include <iterator>
#include <mutex>

#include "base/text.h"
#include "net/http_server.h"
#include "net/tls_pair.h"

namespace net {
namespace {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;

}  // namespace

struct TlsIdentity::Pair {
    Key key;
    Certificate leaf;
    std::vector<Certificate> chain;
};

struct TlsIdentity::Guarded {
    using Shared = std::shared_ptr<const Pair>;
    mutable std::mutex mutex;
    Shared pair;
    std::map<std::string, Shared, std::less<>> names;

    static base::Result<Shared> read(const std::filesystem::path& pem);
};

TlsIdentity::TlsIdentity() : guarded_(std::make_unique<Guarded>()) {}
TlsIdentity::~TlsIdentity() = default;

std::shared_ptr<const TlsIdentity::Pair> TlsIdentity::pair_for(std::string_view name) const {
    const std::lock_guard lock(guarded_->mutex);
    const auto found = guarded_->names.find(name);
    return found == guarded_->names.end() ? guarded_->pair : found->second;
}

bool TlsIdentity::has_name(std::string_view name) const {
    const std::lock_guard lock(guarded_->mutex);
    return guarded_->names.contains(name);
}

base::Result<> TlsIdentity::load(const std::filesystem::path& pem) {
    auto pair = Guarded::read(pem);
    if (!pair) return std::unexpected(pair.error());
    const std::lock_guard lock(guarded_->mutex);
    guarded_->pair = std::move(*pair);
    return {};
}

base::Result<> TlsIdentity::load_names(const std::map<std::string, std::filesystem::path>& pems) {
    decltype(Guarded::names) names;
    base::Result<> trouble;
    for (const auto& [name, pem] : pems) {
        auto pair = Guarded::read(pem);
        if (pair)
            names.emplace(name, std::move(*pair));
        else
            trouble = std::unexpected(pair.error());
    }
    const std::lock_guard lock(guarded_->mutex);
    guarded_->names = std::move(names);
    return trouble;
}

base::Result<TlsIdentity::Guarded::Shared> TlsIdentity::Guarded::read(const std::filesystem::path& pem) {
    std::ifstream file(pem, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    if (content.empty()) return base::fail(std::format("cannot read {}", pem.string()));
    const auto open = [&] { return Bio(BIO_new_mem_buf(content.data(), static_cast<int>(content.size()))); };

    auto pair = std::make_shared<Pair>();
    const Bio key_source = open(), chain_source = open();
    pair->key.reset(PEM_read_bio_PrivateKey(key_source.get(), nullptr, nullptr, nullptr));
    pair->leaf.reset(PEM_read_bio_X509(chain_source.get(), nullptr, nullptr, nullptr));
    while (X509* next = PEM_read_bio_X509(chain_source.get(), nullptr, nullptr, nullptr))
        pair->chain.emplace_back(next);
    ERR_clear_error();  // the loop above ends with "no more certificates"
    if (!pair->key || !pair->leaf || X509_check_private_key(pair->leaf.get(), pair->key.get()) != 1)
        return base::fail(std::format("{} holds no private key with its certificate", pem.string()));
    return pair;
}

namespace {

/// The name the client asks for, in lower case; empty when it names none.
std::string asked_name(const SSL* connection) {
    const char* name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    return name ? base::lower(name) : std::string();
}

bool use_pair(SSL* connection, const TlsIdentity::Pair& pair) {
    SSL_certs_clear(connection);
    if (SSL_use_certificate(connection, pair.leaf.get()) != 1) return false;
    if (SSL_use_PrivateKey(connection, pair.key.get()) != 1) return false;
    for (const auto& certificate : pair.chain)
        if (SSL_add1_chain_cert(connection, certificate.get()) != 1) return false;
    return true;
}

int choose_certificate(SSL* connection, void* argument) {
    const auto pair = static_cast<const TlsIdentity*>(argument)->pair_for(asked_name(connection));
    return pair && use_pair(connection, *pair) ? 1 : 0;
}

}  // namespace

void install_identity(SSL_CTX* context, TlsIdentity& identity) {
    SSL_CTX_set_cert_cb(context, choose_certificate, &identity);
}

}  // namespace net
