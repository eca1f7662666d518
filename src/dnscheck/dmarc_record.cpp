#include "dnscheck/dmarc_record.h"

#include <format>

#include "base/text.h"
#include "dnscheck/tags.h"

namespace dnscheck {
namespace {

base::Result<DmarcAction> parse_action(std::string_view tag, std::string_view value) {
    const auto word = base::lower(value);
    if (word == "none") return DmarcAction::none;
    if (word == "quarantine") return DmarcAction::quarantine;
    if (word == "reject") return DmarcAction::reject;
    return base::fail(std::format("'{}={}' must be none, quarantine or reject", tag, base::printable(value, 60)));
}

}  // namespace

bool is_dmarc_record(std::string_view text) {
    const auto end = text.find(';');
    const auto first = text.substr(0, end);
    const auto equals = first.find('=');
    // §6.4: the value is compared with regard to case, blanks around '=' are allowed.
    return equals != std::string_view::npos && base::lower(base::trim(first.substr(0, equals))) == "v" &&
           base::trim(first.substr(equals + 1)) == "DMARC1";
}

base::Result<DmarcPolicy> parse_dmarc_record(std::string_view text) {
    if (!is_dmarc_record(text)) return base::fail("it does not start with 'v=DMARC1'");
    const auto tags = Tags::parse(text);
    if (!tags) return std::unexpected(tags.error());
    const auto policy = tags->find("p");
    if (!policy) return base::fail("the tag 'p' is missing");
    const auto action = parse_action("p", *policy);
    if (!action) return std::unexpected(action.error());
    const auto below = tags->find("sp") ? parse_action("sp", *tags->find("sp")) : *action;
    if (!below) return std::unexpected(below.error());
    for (const auto* alignment : {"adkim", "aspf"}) {
        const auto mode = base::lower(tags->find(alignment).value_or("r"));
        if (mode != "r" && mode != "s")
            return base::fail(std::format("'{}={}' must be r or s", alignment, base::printable(mode, 60)));
    }
    return DmarcPolicy{*action, *below, tags->find("rua").value_or("")};
}

}  // namespace dnscheck
