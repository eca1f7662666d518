#include "app/keys/published_records.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "dnscheck/dkim_record.h"
#include "resolver/authority.h"
#include "resolver/cares_servers.h"

namespace app {

using resolver::Answer;

std::vector<Answer> said_everywhere(resolver::Resolver& dns, const std::string& name, resolver::Type type) {
    const resolver::Question question{base::lower(name), type};
    resolver::CaresServers servers;
    resolver::Authority authority(dns, servers);
    authority.find(std::span(&question.name, 1));
    std::vector<Answer> all{authority.query(question.name, type)};
    for (auto& one : authority.said(question)) all.push_back(std::move(one.answer));
    return all;
}

bool shows_dkim_key(const std::vector<Answer>& said, std::string_view value) {
    return std::ranges::all_of(said, [&](const Answer& answer) {
        return std::ranges::any_of(answer.texts,
                                   [&](const auto& text) { return dnscheck::compare_dkim(text, value).good; });
    });
}

certs::TlsaView tlsa_view(const std::vector<Answer>& said, std::string_view digest) {
    using Shown = certs::TlsaView::Shown;
    certs::TlsaView view;
    for (const auto& answer : said) view.ttl = std::max(view.ttl, std::chrono::seconds(answer.ttl));
    const auto wanted = "3 1 1 " + std::string(digest);
    if (!std::ranges::all_of(said, &Answer::answered))
        view.shown = Shown::unknown;
    else if (std::ranges::all_of(said, [](const Answer& answer) { return answer.values.empty(); }))
        view.shown = Shown::nothing;
    else if (std::ranges::all_of(said,
                                 [&](const Answer& answer) { return std::ranges::contains(answer.values, wanted); }))
        view.shown = Shown::next;
    else
        view.shown = Shown::others;
    return view;
}

}  // namespace app
