#include "dnscheck/spf.h"

#include <algorithm>
#include <expected>
#include <format>
#include <vector>

#include "base/text.h"
#include "dnscheck/spf_macro.h"
#include "dnscheck/spf_record.h"

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::Status;
using resolver::Type;

constexpr std::size_t max_names = 10;  ///< MX hosts and PTR names (§4.6.4)

/// A result that ends the evaluation at once.
struct Stop {
    SpfResult result;
    std::string reason;
};
template <class T>
using Step = std::expected<T, Stop>;

std::unexpected<Stop> permanent(std::string reason) {
    return std::unexpected(Stop{SpfResult::permerror, std::move(reason)});
}

/// Labels of 1 to 63 octets, 253 in all.
bool well_formed(std::string_view name, std::size_t min_labels) {
    const auto labels = base::split(name, '.');
    return name.size() <= 253 && labels.size() >= min_labels &&
           std::ranges::all_of(labels, [](std::string_view label) { return !label.empty() && label.size() <= 63; });
}

SpfResult qualified(char qualifier) {
    switch (qualifier) {
        case '-':
            return SpfResult::fail;
        case '~':
            return SpfResult::softfail;
        case '?':
            return SpfResult::neutral;
        default:
            return SpfResult::pass;
    }
}

class Evaluation {
  public:
    Evaluation(const base::IpAddress& ip, std::string_view sender, std::string_view helo, std::string_view domain,
               resolver::Resolver& resolver)
        : ip_(ip), helo_(helo), resolver_(resolver) {
        // §4.3: a sender without local part is the postmaster.
        const auto at = sender.rfind('@');
        sender_local_ = at == std::string_view::npos || at == 0 ? "postmaster" : std::string(sender.substr(0, at));
        sender_domain_ = at == std::string_view::npos ? sender : sender.substr(at + 1);
        if (sender_domain_.empty()) sender_domain_ = domain;
    }

    unsigned lookups() const { return lookups_; }

    /// check_host() for one domain of the chain.
    Stop check(const std::string& domain) {
        if (!well_formed(domain, 2)) return {SpfResult::none, "the domain is not well-formed"};  // §4.3
        auto record = fetch(domain);
        if (!record) return record.error();
        for (const auto& term : record->terms) {
            const auto matched = matches(term, domain);
            if (!matched) return matched.error();
            if (*matched)
                return {qualified(term.qualifier), std::format("'{}' matched", base::printable(term.text, 100))};
        }
        const auto is_all = [](const SpfTerm& term) { return term.mechanism == SpfMechanism::all; };
        // §6.1: redirect counts only where nothing matched; with an 'all' something always does.
        if (record->redirect && std::ranges::none_of(record->terms, is_all)) return redirected(*record, domain);
        return {SpfResult::neutral, "no term matched"};  // §4.7
    }

  private:
    Step<SpfRecord> fetch(const std::string& domain) {
        const auto answer = resolver_.query(domain, Type::TXT);
        if (!answer.answered()) return std::unexpected(temporary(domain, answer));  // §4.4
        std::vector<std::string> records;
        std::ranges::copy_if(answer.texts, std::back_inserter(records), is_spf_record);
        if (records.empty()) return std::unexpected(Stop{SpfResult::none, domain + " has no SPF record"});
        if (records.size() > 1)
            return permanent(std::format("{} has {} SPF records, only one is allowed", domain, records.size()));
        auto parsed = parse_spf_record(records[0]);
        if (!parsed) return permanent(parsed.error().text);
        return std::move(*parsed);
    }

    Stop redirected(const SpfRecord& record, const std::string& domain) {
        if (auto counted = count_lookup(); !counted) return counted.error();
        const auto target = expand(*record.redirect, domain);
        auto result = check(target);
        // §6.1: a redirect to a domain without policy is an error of the record.
        if (result.result == SpfResult::none) return {SpfResult::permerror, "redirect: " + result.reason};
        return result;
    }

    Step<bool> matches(const SpfTerm& term, const std::string& domain) {
        switch (term.mechanism) {
            case SpfMechanism::all:
                return true;
            case SpfMechanism::ip4:
            case SpfMechanism::ip6:
                return term.network && within(ip_, *term.network, term);
            default:
                break;
        }
        if (auto counted = count_lookup(); !counted) return std::unexpected(counted.error());
        const auto target = term.domain_spec.empty() ? domain : expand(term.domain_spec, domain);
        if (term.mechanism == SpfMechanism::include) return included(target);
        if (!well_formed(target, 1)) return false;  // §4.8
        switch (term.mechanism) {
            case SpfMechanism::a:
                return address_matches(target, term);
            case SpfMechanism::mx:
                return exchange_matches(target, term);
            case SpfMechanism::ptr:
                return reverse_matches(target);
            default:
                return exists(target);
        }
    }

    /// §5.2: the table of results.
    Step<bool> included(const std::string& target) {
        const auto result = check(target);
        switch (result.result) {
            case SpfResult::pass:
                return true;
            case SpfResult::fail:
            case SpfResult::softfail:
            case SpfResult::neutral:
                return false;
            case SpfResult::temperror:
                return std::unexpected(result);
            case SpfResult::permerror:
            case SpfResult::none:
                break;
        }
        return permanent(std::format("include:{}: {}", base::printable(target, 100), result.reason));
    }

    Step<bool> address_matches(const std::string& target, const SpfTerm& term) {
        const auto answer = resolver_.query(target, address_type());
        if (auto good = judge(target, answer); !good) return std::unexpected(good.error());
        return any_within(answer, term);
    }

    Step<bool> exchange_matches(const std::string& target, const SpfTerm& term) {
        auto answer = resolver_.query(target, Type::MX);
        if (auto good = judge(target, answer); !good) return std::unexpected(good.error());
        if (answer.exchanges.size() > max_names)
            return permanent(std::format("{} has more than {} MX records", target, max_names));
        std::ranges::sort(answer.exchanges);
        std::erase_if(answer.exchanges, [](const auto& exchange) { return exchange.host.empty(); });  // null MX
        std::vector<resolver::Question> questions;
        for (const auto& exchange : answer.exchanges) questions.push_back({exchange.host, address_type()});
        const auto hosts = resolver_.query(questions);
        for (std::size_t i = 0; i < hosts.size(); ++i) {
            if (!hosts[i].answered()) return std::unexpected(temporary(questions[i].name, hosts[i]));
            if (any_within(hosts[i], term)) return true;
        }
        return false;
    }

    Step<bool> reverse_matches(const std::string& target) {
        const auto answer = resolver_.query(ip_.reverse_name(), Type::PTR);
        // §5.5: a DNS error is no match here; "there is none" counts as void like everywhere.
        if (!answer.answered()) return false;
        if (auto good = judge(ip_.reverse_name(), answer); !good) return std::unexpected(good.error());
        return std::ranges::any_of(validated(answer), [&](const auto& name) { return below(name, target); });
    }

    Step<bool> exists(const std::string& target) {
        // §5.7: always type A, whatever family the client has.
        const auto answer = resolver_.query(target, Type::A);
        if (auto good = judge(target, answer); !good) return std::unexpected(good.error());
        return answer.status == Status::found;
    }

    /// The names of a PTR answer whose addresses include the client's (§5.5), the first ten only.
    std::vector<std::string> validated(const Answer& answer) {
        std::vector<resolver::Question> questions;
        for (const auto& name : answer.names)
            if (questions.size() < max_names) questions.push_back({name, address_type()});
        const auto hosts = resolver_.query(questions);
        std::vector<std::string> names;
        for (std::size_t i = 0; i < hosts.size(); ++i)
            if (std::ranges::contains(hosts[i].addresses, ip_)) names.push_back(questions[i].name);
        return names;
    }

    /// §7.3: the domain itself, else a name below it, else any, else "unknown".
    std::string validated_name(const std::string& domain) {
        const auto names = validated(resolver_.query(ip_.reverse_name(), Type::PTR));
        if (std::ranges::contains(names, domain)) return domain;
        const auto sub = std::ranges::find_if(names, [&](const auto& name) { return below(name, domain); });
        if (sub != names.end()) return *sub;
        return names.empty() ? "unknown" : names.front();
    }

    std::string expand(const std::string& spec, const std::string& domain) {
        auto name = base::lower(expand_macros(spec, {.ip = ip_,
                                                     .domain = domain,
                                                     .sender_local = sender_local_,
                                                     .sender_domain = sender_domain_,
                                                     .helo = helo_,
                                                     .validated_name = [&] { return validated_name(domain); }}));
        if (name.ends_with('.')) name.pop_back();
        while (name.size() > 253 && name.contains('.')) name.erase(0, name.find('.') + 1);  // §7.3
        return name;
    }

    Step<bool> count_lookup() {
        if (++lookups_ > max_spf_lookups)
            return permanent(std::format("it needs more than {} DNS look-ups", max_spf_lookups));
        return true;
    }

    /// An error of the look-up, or one void answer too many (§4.6.4).
    Step<bool> judge(const std::string& name, const Answer& answer) {
        if (!answer.answered()) return std::unexpected(temporary(name, answer));
        if (answer.status != Status::found && ++voids_ > max_spf_void_lookups)
            return permanent(std::format("more than {} of its DNS look-ups find nothing", max_spf_void_lookups));
        return true;
    }

    static Stop temporary(const std::string& name, const Answer& answer) {
        return {SpfResult::temperror,
                std::format("cannot look up '{}': {}", base::printable(name, 253), base::printable(answer.reason))};
    }

    bool any_within(const Answer& answer, const SpfTerm& term) const {
        return std::ranges::any_of(answer.addresses, [&](const auto& address) { return within(ip_, address, term); });
    }
    static bool within(const base::IpAddress& ip, const base::IpAddress& network, const SpfTerm& term) {
        return ip.within(network, network.is_v4() ? term.prefix_v4 : term.prefix_v6);
    }
    static bool below(const std::string& name, const std::string& domain) {
        return name == domain || name.ends_with("." + domain);
    }
    Type address_type() const { return ip_.is_v4() ? Type::A : Type::AAAA; }

    base::IpAddress ip_;
    std::string sender_local_, sender_domain_, helo_;
    resolver::Resolver& resolver_;
    unsigned lookups_ = 0, voids_ = 0;
};

}  // namespace

std::string_view result_name(SpfResult result) {
    switch (result) {
        case SpfResult::none:
            return "none";
        case SpfResult::neutral:
            return "neutral";
        case SpfResult::pass:
            return "pass";
        case SpfResult::fail:
            return "fail";
        case SpfResult::softfail:
            return "softfail";
        case SpfResult::temperror:
            return "temperror";
        case SpfResult::permerror:
            return "permerror";
    }
    return "";
}

SpfOutcome check_host(const base::IpAddress& ip, std::string_view domain, std::string_view sender,
                      std::string_view helo, resolver::Resolver& resolver) {
    auto name = base::lower(domain);
    if (name.ends_with('.')) name.pop_back();
    Evaluation evaluation(ip, sender, helo, name, resolver);
    auto stop = evaluation.check(name);
    return {stop.result, std::move(stop.reason), evaluation.lookups()};
}

}  // namespace dnscheck
