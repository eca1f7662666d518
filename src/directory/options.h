#pragma once
/// What there is to know about the operator's directory.
#include <string>

#include "base/secret.h"

namespace directory {

struct Options {
    std::string uris;  ///< ldap:// or ldaps://, several separated by spaces, tried in this order; empty: no directory
    bool starttls = true;  ///< for ldap://
    std::string ca_file;   ///< whose certificates are good; empty: those the system knows
    std::string bind_dn;   ///< who looks people up; empty: anonymous
    base::Secret bind_password;
    std::string base_dn;
    /// Finds who logs in as %u; %n is what of that stands before the @. It also tells who is a user at all: whoever it
    /// could find.
    std::string user_filter = "(&(objectClass=inetOrgPerson)(mail=%u))";
    std::string group;          ///< DN of the group all users must be in (memberOf); empty: none
    std::string mail = "mail";  ///< attribute with the address; of several values the first counts
    std::string alias;          ///< attribute with further addresses; may be empty
    std::string quota;          ///< attribute with what the mailbox may hold; may be empty
    bool cached = true;         ///< what was known before goes on while the directory is down

    bool enabled() const { return !uris.empty(); }
};

}  // namespace directory
