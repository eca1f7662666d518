#pragma once
/// Search filters (RFC 4515). Pure. Placeholders in them are filled in later, by us or by Dovecot: what strangers send
/// never becomes a part of a filter without escaping.
#include <string>
#include <string_view>

#include "base/error.h"
#include "directory/options.h"

namespace directory {

/// The authorities the system knows.
constexpr const char* system_ca_file = "/etc/ssl/certs/ca-certificates.crt";

/// A filter with a place for a name; two octets no filter has mark it and the part before its @.
struct Filter {
    static constexpr char name = '\x01', local_part = '\x02';
    std::string text;
};

/// Checks LDAP_USER_FILTER: parentheses that match, %u or %n in it and no other placeholder, one line of ASCII.
base::Result<std::string> check_user_filter(std::string_view text);

/// Who logs in by this name.
Filter by_login(const Options& options);
/// Whose mailbox this address is.
Filter by_mailbox(const Options& options);
/// Whose mailbox or alias this address is. Microsoft's form of addresses, smtp:jens@example.org, counts as well.
Filter by_address(const Options& options);
/// All users.
Filter everybody(const Options& options);

/// A value as it stands in a filter: NUL ( ) * \ and everything that is not ASCII become \xx.
std::string escaped(std::string_view value);

/// The filter with the name filled in, escaped.
std::string filled(const Filter& filter, std::string_view name);

}  // namespace directory
