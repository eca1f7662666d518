#include "directory/connection.h"

#include <ldap.h>
#include <sys/time.h>

#include <format>

#include "base/text.h"
#include "directory/filter.h"

namespace directory {
namespace {

constexpr timeval patience{.tv_sec = 3, .tv_usec = 0};
constexpr ber_int_t page_size = 500;

struct FreeMessage {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

struct FreeControl {
    void operator()(LDAPControl* control) const { ldap_control_free(control); }
};
using Control = std::unique_ptr<LDAPControl, FreeControl>;

berval value_of(const std::string& text) {
    return {.bv_len = text.size(), .bv_val = const_cast<char*>(text.data())};
}

std::vector<std::string> values(LDAP* ldap, LDAPMessage* entry, const std::string& attribute) {
    std::vector<std::string> all;
    berval** found = ldap_get_values_len(ldap, entry, attribute.c_str());
    for (berval** one = found; one != nullptr && *one != nullptr; ++one)
        all.emplace_back((*one)->bv_val, (*one)->bv_len);
    ldap_value_free_len(found);
    return all;
}

/// Where the next page begins; empty after the last one, and when the directory knows no pages.
std::string next_page(LDAP* ldap, LDAPMessage* result) {
    LDAPControl** controls = nullptr;
    int code = LDAP_SUCCESS;
    if (ldap_parse_result(ldap, result, &code, nullptr, nullptr, nullptr, &controls, 0) != LDAP_SUCCESS) return {};
    std::string cookie;
    if (LDAPControl* paged = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr)) {
        ber_int_t size = 0;
        berval found{.bv_len = 0, .bv_val = nullptr};
        if (ldap_parse_pageresponse_control(ldap, paged, &size, &found) == LDAP_SUCCESS && found.bv_val) {
            cookie.assign(found.bv_val, found.bv_len);
            ber_memfree(found.bv_val);
        }
    }
    if (controls) ldap_controls_free(controls);
    return cookie;
}

bool prepare(LDAP* ldap, const Options& options) {
    const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_HARD, client = 0;
    const char* const ca_file = options.ca_file.empty() ? system_ca_file : options.ca_file.c_str();
    // A directory that refers us elsewhere would have us show our password there.
    return ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &patience) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_TIMEOUT, &patience) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, ca_file) == LDAP_OPT_SUCCESS &&
           ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &client) == LDAP_OPT_SUCCESS;
}

}  // namespace

base::Error Connection::trouble(std::string_view doing, int code) const {
    char* more = nullptr;
    ldap_get_option(handle_.get(), LDAP_OPT_DIAGNOSTIC_MESSAGE, &more);
    const std::string detail = more && *more ? std::format(" ({})", base::printable(more, 200)) : "";
    ldap_memfree(more);
    return base::fail_transient(std::format("{}: {}{}", doing, base::lower(ldap_err2string(code)), detail)).error();
}

base::Result<Connection> Connection::open(const Options& options) {
    LDAP* raw = nullptr;
    if (const int code = ldap_initialize(&raw, options.uris.c_str()); code != LDAP_SUCCESS)
        return base::fail_transient(std::format("cannot use LDAP_URI: {}", base::lower(ldap_err2string(code))));
    Connection connection(Handle(raw, [](LDAP* ldap) { ldap_unbind_ext_s(ldap, nullptr, nullptr); }));
    if (!prepare(raw, options))
        return base::fail_transient("cannot prepare TLS: is LDAP_CA_FILE a file of certificates (PEM)?");
    if (options.starttls && !options.uris.starts_with("ldaps:"))
        if (const int code = ldap_start_tls_s(raw, nullptr, nullptr); code != LDAP_SUCCESS)
            return std::unexpected(connection.trouble("cannot connect with TLS", code));
    berval secret = value_of(options.bind_password.reveal());
    const int code =
        ldap_sasl_bind_s(raw, options.bind_dn.c_str(), LDAP_SASL_SIMPLE, &secret, nullptr, nullptr, nullptr);
    if (code != LDAP_SUCCESS)
        return std::unexpected(connection.trouble(
            code == LDAP_INVALID_CREDENTIALS ? "LDAP_BIND_DN cannot log in with LDAP_BIND_PASSWORD" : "cannot connect",
            code));
    return connection;
}

base::Result<std::vector<Entry>> Connection::search(const std::string& base, const std::string& filter,
                                                    const std::vector<std::string>& attributes, int most) {
    LDAP* const ldap = handle_.get();
    std::vector<char*> names;
    for (const auto& attribute : attributes) names.push_back(const_cast<char*>(attribute.c_str()));
    names.push_back(nullptr);
    std::vector<Entry> entries;
    std::string cookie;
    do {
        berval start = value_of(cookie);
        LDAPControl* raw_control = nullptr;
        if (ldap_create_page_control(ldap, page_size, &start, 0, &raw_control) != LDAP_SUCCESS)
            return base::fail_transient("cannot search: out of memory");
        const Control control(raw_control);
        LDAPControl* controls[] = {raw_control, nullptr};
        timeval limit = patience;
        LDAPMessage* raw_result = nullptr;
        const int code = ldap_search_ext_s(ldap, base.c_str(), LDAP_SCOPE_SUBTREE, filter.c_str(), names.data(), 0,
                                           controls, nullptr, &limit, 0, &raw_result);
        const Message result(raw_result);
        if (code != LDAP_SUCCESS) return std::unexpected(trouble(std::format("cannot search '{}'", base), code));
        for (auto* one = ldap_first_entry(ldap, raw_result); one != nullptr; one = ldap_next_entry(ldap, one)) {
            char* dn = ldap_get_dn(ldap, one);
            Entry entry{.dn = dn ? dn : "", .values = {}};
            ldap_memfree(dn);
            for (const auto& attribute : attributes) entry.values.push_back(values(ldap, one, attribute));
            entries.push_back(std::move(entry));
        }
        if (entries.size() > static_cast<std::size_t>(most))
            return base::fail_transient(std::format("more than {} entries match", most));
        cookie = next_page(ldap, raw_result);
    } while (!cookie.empty());
    return entries;
}

base::Result<bool> Connection::bind(const std::string& dn, const base::Secret& password) {
    // RFC 4513 §5.1.2: without a name or a password it would be a login of nobody, which succeeds.
    if (dn.empty() || password.empty()) return false;
    berval secret = value_of(password.reveal());
    const int code = ldap_sasl_bind_s(handle_.get(), dn.c_str(), LDAP_SASL_SIMPLE, &secret, nullptr, nullptr, nullptr);
    if (code == LDAP_SUCCESS) return true;
    // Directories tell in many ways that this password opens nothing; none of them is their trouble.
    if (LDAP_SECURITY_ERROR(code) || code == LDAP_UNWILLING_TO_PERFORM || code == LDAP_CONSTRAINT_VIOLATION)
        return false;
    return std::unexpected(trouble("cannot check a password", code));
}

}  // namespace directory
