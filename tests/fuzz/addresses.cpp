/// Names and addresses as operators, strangers and mails write them.
#include "base/address.h"
#include "base/ip.h"
#include "base/text.h"
#include "fuzz.h"
#include "policy/mail_addresses.h"

namespace {

/// What was parsed is written so that it is read as the same again.
template <class T>
void check(std::string_view input) {
    const auto value = T::parse(input);
    if (!value) return fuzz::must(!value.error().text.empty(), "a refusal has a reason");
    const auto again = T::parse(value->str());
    fuzz::must(again && *again == *value, "a name is read as it is written");
}

}  // namespace

void fuzz::feed(std::string_view input) {
    check<base::Domain>(input);
    check<base::Hostname>(input);
    check<base::EmailAddress>(input);
    check<base::IpAddress>(input);
    check<base::IpNetwork>(input);
    (void)base::parse_address_or_domain(input);
    (void)base::parse_number(input);
    (void)base::parse_duration(input);
    for (const auto& address : policy::addresses_in(input).addresses)
        must(address.find('@') != std::string::npos, "what counts as an address has a domain");
}
