#include "certs/leads.h"

#include <algorithm>
#include <array>

namespace certs {

Leads leads_to(const base::Hostname& name, const Further& further, resolver::Resolver& resolver) {
    using resolver::Question, resolver::Type;
    const std::array questions{Question{.name = name.str(), .type = Type::A},
                               Question{.name = name.str(), .type = Type::AAAA},
                               Question{.name = further.server.str(), .type = Type::A},
                               Question{.name = further.server.str(), .type = Type::AAAA}};
    const auto answers = resolver.query(questions);
    auto ours = further.ours;
    for (const auto& answer : std::span(answers).subspan(2))
        ours.insert(ours.end(), answer.addresses.begin(), answer.addresses.end());
    const auto its = std::span(answers).first(2);
    const auto is_ours = [&](const base::IpAddress& address) { return std::ranges::contains(ours, address); };
    if (std::ranges::any_of(its, [&](const auto& answer) { return std::ranges::any_of(answer.addresses, is_ours); }))
        return Leads::here;
    return std::ranges::all_of(answers, &resolver::Answer::answered) ? Leads::elsewhere : Leads::unknown;
}

}  // namespace certs
