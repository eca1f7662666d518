#include "settings/rows.h"
#include "settings/values.h"

namespace settings {
namespace {

base::Result<> unavailable(Settings& settings, std::string_view text) {
    if (text != "tempfail" && text != "pass") return base::fail("it must be tempfail or pass");
    settings.virus_scan.pass_unscanned = text == "pass";
    return {};
}

constexpr Row virus_table[] = {
    {.key = "VIRUS_SCAN",
     .help = "true: mail with a virus is refused, from strangers and from users alike. The scanner (ClamAV) needs 1.4 "
             "GB of\n"
             "memory and 0.5 GB in the workspace; README.md, Virus scanner, says more.",
     .default_text = "false",
     .example = "true",
     .section = "Virus scanner",
     .assign = [](Settings& s, std::string_view v) { return into(s.virus_scan.enabled, parse_switch(v)); }},
    {.key = "VIRUS_SCAN_UNAVAILABLE",
     .help = "While the scanner does not answer. tempfail: senders are asked to try again later. pass: mail is let "
             "through\n"
             "with the header \"X-Virus-Scanned: no (scanner unavailable)\".",
     .default_text = "tempfail",
     .example = "pass",
     .assign = unavailable},
    {.key = "VIRUS_SIGNATURES_MIRROR",
     .help = "Where ClamAV's signatures come from: the public servers, or the host or URL of a mirror of yours. off: "
             "none are\n"
             "fetched, your own signatures are the only ones.",
     .default_text = "database.clamav.net",
     .example = "https://clamav.example.org",
     .assign = [](Settings& s, std::string_view v) { return into(s.virus_scan.mirror, parse_mirror(v)); }},
};

}  // namespace

std::span<const Row> virus_rows() {
    return virus_table;
}

}  // namespace settings
