#include "settings/rows.h"
#include "settings/values.h"

namespace settings {
namespace {

base::Result<unsigned> parse_limit(std::string_view text) {
    return parse_count(text, 0, 1'000'000);
}

constexpr Row outbound_table[] = {
    {.key = "OUTBOUND_MESSAGES_PER_HOUR",
     .help =
         "An account that sends more than these to other servers is stopped, as somebody else may be using it: its\n"
         "mail is taken and held until you decide (README.md, Hijacked accounts). 0: no limit.",
     .default_text = "200",
     .example = "200",
     .section = "Outgoing mail",
     .assign = [](Settings& s, std::string_view v) { return into(s.outbound.messages_per_hour, parse_limit(v)); }},
    {.key = "OUTBOUND_RECIPIENTS_PER_DAY",
     .help = "",
     .default_text = "1000",
     .example = "1000",
     .assign = [](Settings& s, std::string_view v) { return into(s.outbound.recipients_per_day, parse_limit(v)); }},
    {.key = "OUTBOUND_NEW_RECIPIENTS_PER_DAY",
     .help = "Recipients the account has not written to before. On its first day they all are.",
     .default_text = "400",
     .example = "400",
     .assign = [](Settings& s, std::string_view v) { return into(s.outbound.new_recipients_per_day, parse_limit(v)); }},
    {.key = "OUTBOUND_NETWORKS_PER_HOUR",
     .help = "From how many different networks (/24, IPv6: /48) an account may send.",
     .default_text = "15",
     .example = "15",
     .assign = [](Settings& s, std::string_view v) { return into(s.outbound.networks_per_hour, parse_limit(v)); }},
    {.key = "OUTBOUND_BOUNCE_PERCENT",
     .help = "How many of a day's recipients may be refused by their servers for good; fewer than 20 never count.",
     .default_text = "40",
     .example = "40",
     .assign = [](Settings& s, std::string_view v) { return into(s.outbound.bounce_percent, parse_count(v, 0, 100)); }},
};

}  // namespace

std::span<const Row> outbound_rows() {
    return outbound_table;
}

}  // namespace settings
