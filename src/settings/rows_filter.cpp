#include "settings/rows.h"

#include "settings/values.h"

namespace settings {
namespace {

base::Result<> blocklists(Settings& settings, std::string_view text) {
    settings.blocklists = text != "off";
    if (text == "on" || text == "off") return {};
    auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    for (const auto piece : *pieces) {
        auto zone = base::Hostname::parse(piece);
        if (!zone) return base::context("it must be on, off or names of blocklists", zone.error());
        settings.blocklist_zones.push_back(std::move(*zone));
    }
    return {};
}

constexpr Row filter_table[] = {
    {.key = "SPAM_GREYLIST_SCORE",
     .help =
         "What the filter does from which score on. From this one strangers are asked to try again in 5 minutes, as\n"
         "real mail servers do. off: never.",
     .default_text = "4",
     .example = "4",
     .section = "Spam filter",
     .assign = [](Settings& s, std::string_view v) { return into(s.spam_greylist_score, parse_score(v)); }},
    {.key = "SPAM_HEADER_SCORE",
     .help = "From this score on mail goes to the Junk folder. off: never.",
     .default_text = "6",
     .example = "6",
     .assign = [](Settings& s, std::string_view v) { return into(s.spam_header_score, parse_score(v)); }},
    {.key = "SPAM_REJECT_SCORE",
     .help = "From this score on mail is refused. off: never for its score.",
     .default_text = "15",
     .example = "15",
     .assign = [](Settings& s, std::string_view v) { return into(s.spam_reject_score, parse_score(v)); }},
    {.key = "GREYLISTING",
     .help = "false: nobody is asked to try again later; the same as SPAM_GREYLIST_SCORE=off.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.greylisting, parse_switch(v)); }},
    {.key = "SPAM_LEARNING",
     .help = "true: the filter learns from the mail users move into Junk (spam) and out of it (no spam).",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.spam_learning, parse_switch(v)); }},
    {.key = "BLOCKLISTS",
     .help =
         "on: public lists of bad senders and links count as signs of spam (zen.spamhaus.org, dbl.spamhaus.org and\n"
         "others; free for small servers). off: none is asked. Names: these address lists are asked besides.",
     .default_text = "on",
     .example = "dnsbl.example.net,dnsbl.example.com",
     .assign = blocklists},

};

}  // namespace

std::span<const Row> filter_rows() {
    return filter_table;
}

}  // namespace settings
