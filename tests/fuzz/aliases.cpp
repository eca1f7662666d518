/// The operator's aliases file.
#include "accounts/alias.h"
#include "base/address.h"
#include "fuzz.h"

void fuzz::feed(std::string_view input) {
    static const accounts::Site site{
        .domains = {*base::Domain::parse("example.org"), *base::Domain::parse("example.net")},
        .hostname = *base::Hostname::parse("mail.example.org"),
        .administrator = *base::EmailAddress::parse("postmaster@example.org")};
    const auto aliases =
        accounts::parse_aliases(input, site, {"jens@example.org", "anna@example.net", "postmaster@example.org"});
    if (!aliases) return must(!aliases.error().empty(), "a refused file has a reason");
    for (const auto& alias : aliases->plain)
        must(base::EmailAddress::parse(alias.target) || alias.target.starts_with('@'), "mail goes to addresses only");
}
