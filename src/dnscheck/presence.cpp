#include "dnscheck/presence.h"

#include <algorithm>

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::Type;

/// "v=spf1" of "v=spf1 mx -all", "v=STSv1" of "v=STSv1; id=1".
std::string_view first_word(std::string_view text) {
    return text.substr(0, text.find_first_of("; "));
}

/// Texts of other kinds may stand beside ours, above all at the domain itself.
std::vector<std::string> of_this_kind(const Record& record, const std::vector<std::string>& texts) {
    std::vector<std::string> same;
    std::ranges::copy_if(texts, std::back_inserter(same),
                         [&](const std::string& text) { return first_word(text) == first_word(record.value); });
    return same.empty() && record.name != record.subject ? texts : same;
}

/// A name that is to lead to this server may do so by an alias or by addresses.
Answer target(const Record& record, resolver::Resolver& asker) {
    auto v4 = asker.query(record.name, Type::A);
    const auto v6 = asker.query(record.name, Type::AAAA);
    if (!v6.answered()) return v6;
    v4.addresses.insert(v4.addresses.end(), v6.addresses.begin(), v6.addresses.end());
    return v4;
}

std::vector<std::string> found_at(const Record& record, const Answer& answer) {
    if (record.type == Type::TXT) return of_this_kind(record, answer.texts);
    const auto& canonical = answer.canonical_name;
    if (record.type == Type::CNAME && !canonical.empty() && canonical != record.name) return {canonical};
    return data_of(answer);
}

/// The record as a finding that is not content asks for it; null when there is none.
const Record* asked_for(const Record& record, const std::vector<const Finding*>& findings) {
    for (const auto* finding : findings)
        if (finding->severity != Severity::ok)
            for (const auto& advised : finding->records)
                if (advised.id == record.id && advised.subject == record.subject && advised.name == record.name &&
                    (record.type != Type::TLSA || advised.value == record.value))
                    return &advised;
    return nullptr;
}

}  // namespace

std::string_view presence_name(Presence presence) {
    switch (presence) {
        case Presence::ok:
            return "ok";
        case Presence::missing:
            return "missing";
        case Presence::differs:
            return "differs";
        case Presence::unknown:
            return "unknown";
    }
    return "";
}

Needed standing(const Record& record, resolver::Resolver& asker, const std::vector<const Finding*>& findings) {
    const auto answer = record.type == Type::CNAME ? target(record, asker) : asker.query(record.name, record.type);
    if (!answer.answered()) return {record, Presence::unknown};
    auto found = found_at(record, answer);
    const auto* wanted = asked_for(record, findings);
    const auto presence = wanted == nullptr ? Presence::ok : found.empty() ? Presence::missing : Presence::differs;
    return {wanted == nullptr ? record : *wanted, presence, std::move(found)};
}

}  // namespace dnscheck
