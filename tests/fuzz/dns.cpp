/// Records of the DNS, which strangers write: as octets, and the texts in them.
#include <span>

#include "dnscheck/dkim_record.h"
#include "dnscheck/dmarc_record.h"
#include "dnscheck/spf_macro.h"
#include "dnscheck/spf_record.h"
#include "dnscheck/tags.h"
#include "fuzz.h"
#include "mtasts/policy.h"
#include "mtasts/record.h"
#include "resolver/wire.h"

void fuzz::feed(std::string_view input) {
    using resolver::Type;
    const std::span octets(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    for (const auto type : {Type::A, Type::NS, Type::CNAME, Type::SOA, Type::PTR, Type::MX, Type::TXT, Type::AAAA,
                            Type::SRV, Type::TLSA, Type::CAA}) {
        resolver::Answer answer;
        (void)resolver::add_record(answer, type, octets);
        for (const auto& text : answer.texts) must(text.size() <= resolver::max_text, "a TXT record is bounded");
    }
    must(resolver::escape_name(input).find_first_of(" \"();$@") == std::string::npos, "no name is syntax");
    (void)dnscheck::compare_dkim(input, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    (void)dnscheck::parse_dmarc_record(input);
    (void)dnscheck::parse_spf_record(input);
    (void)dnscheck::Tags::parse(input);
    (void)mtasts::record_id({std::string(input)});
    if (const auto policy = mtasts::parse_policy(input))
        must(policy->mx.size() <= mtasts::most_patterns && policy->max_age <= mtasts::longest_age,
             "a policy is bounded");
    if (dnscheck::check_macro_string(input))
        (void)dnscheck::expand_macros(input, {.ip = *base::IpAddress::parse("2001:db8::1"),
                                              .domain = "example.org",
                                              .sender_local = "a.b-c",
                                              .sender_domain = "example.org",
                                              .helo = "mail.example.org",
                                              .validated_name = [] { return std::string("unknown"); }});
}
