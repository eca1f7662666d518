#include "crypto/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <format>
#include <ranges>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/owned.h"

namespace crypto {
namespace {

constexpr std::size_t longest_chain = 10;
constexpr std::size_t most_names = 200;

std::string octets_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string name_text(const X509_NAME* name) {
    const BioPtr out(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    return base::printable(content_of(out));
}

base::SystemTime time_of(const ASN1_TIME* time) {
    std::tm parts{};
    ASN1_TIME_to_tm(time, &parts);
    return base::SystemTime(std::chrono::seconds(timegm(&parts)));
}

/// RFC 9773 §4.1 wants the INTEGER's content with its leading zero, which OpenSSL's number does not have.
std::string serial_of(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);
    std::string octets;
    if (size > 2) octets.assign(reinterpret_cast<const char*>(der) + 2, static_cast<std::size_t>(size - 2));
    OPENSSL_free(der);
    return octets;
}

std::vector<std::string> names_of(const X509* certificate) {
    const GeneralNamesPtr all(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> names;
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()) && names.size() < most_names; ++i) {
        const GENERAL_NAME* one = sk_GENERAL_NAME_value(all.get(), i);
        if (one->type != GEN_DNS) continue;
        const std::string name = octets_of(one->d.dNSName);
        // A NUL or a space in a name is an attack, never a host.
        if (base::printable(name) == name && !name.contains(' ')) names.push_back(base::lower(name));
    }
    return names;
}

template <class Object, class Write>
std::string der_of(Object* object, Write write) {
    unsigned char* der = nullptr;
    const int size = write(object, &der);
    std::string octets(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size > 0 ? size : 0));
    OPENSSL_free(der);
    return octets;
}

Certificate value_of(X509* x509) {
    const BioPtr pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(pem.get(), x509);
    const ASN1_OCTET_STRING* key_id = X509_get0_authority_key_id(x509);
    return {.subject = name_text(X509_get_subject_name(x509)),
            .issuer = name_text(X509_get_issuer_name(x509)),
            .names = names_of(x509),
            .not_before = time_of(X509_get0_notBefore(x509)),
            .not_after = time_of(X509_get0_notAfter(x509)),
            .serial = serial_of(x509),
            .authority_key_id = key_id ? octets_of(key_id) : std::string(),
            .public_key = der_of(X509_get_X509_PUBKEY(x509), i2d_X509_PUBKEY),
            .fingerprint = sha256_hex(der_of(x509, i2d_X509)),
            .pem = content_of(pem)};
}

/// A Hostname is letters, digits, dots and hyphens, so it cannot break out of OpenSSL's little language.
std::string alternative_names(std::span<const base::Hostname> names) {
    std::string text;
    for (const auto& name : names) text += std::format("{}DNS:{}", text.empty() ? "" : ",", name.str());
    return text;
}

ExtensionPtr extension(int kind, const std::string& value, X509V3_CTX* context) {
    return ExtensionPtr(X509V3_EXT_conf_nid(nullptr, context, kind, value.c_str()));
}

/// The CN holds 64 characters at most (RFC 5280 appendix A.1); clients look at the dNSName entries only.
bool set_common_name(X509_NAME* subject, const std::string& name) {
    return name.size() > 64 || X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC,
                                                          reinterpret_cast<const unsigned char*>(name.c_str()),
                                                          static_cast<int>(name.size()), -1, 0) == 1;
}

bool add_extensions(X509* certificate, std::span<const base::Hostname> names) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::pair<int, std::string> wanted[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, "serverAuth"},
        {NID_subject_alt_name, alternative_names(names)},
        {NID_subject_key_identifier, "hash"},
    };
    return std::ranges::all_of(wanted, [&](const auto& one) {
        const auto made = extension(one.first, one.second, &context);
        return made && X509_add_ext(certificate, made.get(), -1) == 1;
    });
}

bool set_random_serial(X509* certificate) {
    const BigNumberPtr number(BN_new());
    return BN_rand(number.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

}  // namespace

base::Result<std::vector<Certificate>> parse_chain(std::string_view pem) {
    const BioPtr source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::vector<Certificate> chain;
    while (const CertificatePtr next{PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr)}) {
        if (chain.size() == longest_chain) return base::fail("cannot use the certificate chain: more than 10 in it");
        chain.push_back(value_of(next.get()));
    }
    const unsigned long last = ERR_peek_last_error();
    ERR_clear_error();
    const bool at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    if (!at_end) return base::fail("cannot read the certificate: it is damaged");
    if (chain.empty())
        return base::fail("cannot read the certificate: there is none (\"BEGIN CERTIFICATE\" is missing)");
    return chain;
}

std::string chain_pem(std::span<const Certificate> chain) {
    std::string text;
    for (const auto& certificate : chain) text += certificate.pem;
    return text;
}

bool matches(const Certificate& certificate, const PrivateKey& key) {
    return !certificate.public_key.empty() && certificate.public_key == key.public_key();
}

bool valid_for(const Certificate& certificate, const base::Hostname& host) {
    const std::string_view wanted = host.str();
    const std::string_view parent = wanted.substr(wanted.find('.'));
    return std::ranges::any_of(certificate.names, [&](const std::string& name) {
        return name == wanted || (name.starts_with("*.") && std::string_view(name).substr(1) == parent);
    });
}

base::Result<std::string> self_signed(const PrivateKey& key, std::span<const base::Hostname> names,
                                      base::SystemTime not_before, std::chrono::days lifetime) {
    const CertificatePtr certificate(X509_new());
    X509* x509 = certificate.get();
    const std::time_t start = not_before.time_since_epoch().count();
    const std::time_t end = (not_before + lifetime).time_since_epoch().count();
    if (names.empty()) return base::fail("cannot make a certificate: it needs a name");
    const bool made =
        X509_set_version(x509, X509_VERSION_3) == 1 && set_random_serial(x509) &&
        ASN1_TIME_adj(X509_getm_notBefore(x509), start, 0, 0) && ASN1_TIME_adj(X509_getm_notAfter(x509), end, 0, 0) &&
        set_common_name(X509_get_subject_name(x509), names[0].str()) &&
        X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1 && X509_set_pubkey(x509, key.handle()) == 1 &&
        add_extensions(x509, names) && X509_sign(x509, key.handle(), EVP_sha256()) > 0;
    if (!made) return openssl_error("make a self-signed certificate");
    return value_of(x509).pem;
}

base::Result<std::string> signing_request(const PrivateKey& key, std::span<const base::Hostname> names) {
    if (names.empty()) return base::fail("cannot make a signing request: it needs a name");
    const RequestPtr request(X509_REQ_new());
    const auto alternative = extension(NID_subject_alt_name, alternative_names(names), nullptr);
    const ExtensionsPtr all(sk_X509_EXTENSION_new_null());
    bool made = alternative && all && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1;
    if (made) {
        sk_X509_EXTENSION_push(all.get(), alternative.get());
        made = X509_REQ_add_extensions(request.get(), all.get()) == 1 &&
               X509_REQ_set_pubkey(request.get(), key.handle()) == 1 &&
               X509_REQ_sign(request.get(), key.handle(), EVP_sha256()) > 0;
    }
    if (!made) return openssl_error("make a certificate signing request");
    return der_of(request.get(), i2d_X509_REQ);
}

}  // namespace crypto
