#include "engines/postfix/safety.h"

#include <algorithm>
#include <array>
#include <format>
#include <utility>
#include <vector>

#include "base/ip.h"
#include "base/text.h"
#include "engines/postfix/words.h"

namespace engines {
namespace {

constexpr int deepest = 10;  // $a → $b → …, a class in a class: no configuration of a person needs more

constexpr auto name_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

base::Result<std::string> expand(std::string_view value, const ParameterLookup& lookup, int depth) {
    if (depth > deepest) return base::fail("its $names lead back to itself");
    std::string expanded;
    while (!value.empty()) {
        const auto dollar = value.find('$');
        expanded += value.substr(0, dollar);
        if (dollar == std::string_view::npos) break;
        value.remove_prefix(dollar + 1);
        if (value.starts_with('$')) {
            expanded += '$';
            value.remove_prefix(1);
            continue;
        }
        const bool closed = value.starts_with('{') || value.starts_with('(');
        const char end = value.starts_with('{') ? '}' : ')';
        if (closed) value.remove_prefix(1);
        const auto length = std::min(value.find_first_not_of(name_characters), value.size());
        const auto name = value.substr(0, length);
        value.remove_prefix(length);
        if (name.empty() || (closed && !value.starts_with(end)))
            return base::fail("it must be written out here, without conditions");
        if (closed) value.remove_prefix(1);
        const auto found = lookup(name);
        if (!found) return base::fail(std::format("${} must be written out here", name));
        const auto inner = expand(*found, lookup, depth + 1);
        if (!inner) return inner;
        expanded += *inner;
        if (expanded.size() > 100'000) return base::fail("it is too long with its $names filled in");
    }
    return expanded;
}

/// The items of a list, which commas and white space separate.
std::vector<std::string> items(std::string_view list) {
    std::vector<std::string> all;
    for (const auto part : base::split(list, ','))
        for (const auto word : base::words(part)) all.emplace_back(word);
    return all;
}

// ---- mynetworks

/// Why this word of mynetworks is refused; empty when it is not.
std::string why_not_network(std::string_view word) {
    if (word.starts_with('!')) return "";
    // Postfix writes IPv6 networks as [2001:db8::]/32.
    const auto network =
        base::IpNetwork::parse(base::replace_all(base::replace_all(std::string(word), "[", ""), "]", ""));
    if (!network)
        return std::format(
            "{}; write the networks themselves, as 192.0.2.0/24 or [2001:db8::]/32, so that they can be "
            "checked",
            network.error().text);
    if (!network->is_too_wide_to_trust()) return "";
    return std::format("{} would make this server relay for strangers (an open relay)", base::printable(word, 60));
}

std::optional<Finding> find_wide_network(const ParameterLookup& lookup) {
    constexpr std::string_view name = "mynetworks";
    const auto expanded = expand_parameters(lookup(name).value_or(""), lookup);
    if (!expanded) return Finding{std::string(name), expanded.error().text};
    for (const auto& word : items(*expanded))
        if (auto reason = why_not_network(word); !reason.empty()) return Finding{std::string(name), std::move(reason)};
    return std::nullopt;
}

// ---- restrictions

constexpr std::string_view closing[] = {"reject_unauth_destination", "defer_unauth_destination", "reject", "defer"};

/// Can let strangers in: what stands before the closing word and may end the list with OK.
constexpr std::string_view opening[] = {"permit",
                                        "permit_mx_backup",
                                        "permit_naked_ip_address",
                                        "permit_dnswl_client",
                                        "permit_rhswl_client",
                                        "permit_tls_all_clientcerts",
                                        "check_policy_service",
                                        "check_relay_domains",
                                        "check_recipient_maps"};

constexpr std::string_view harmless[] = {"defer_if_permit",
                                         "defer_if_reject",
                                         "permit_auth_destination",
                                         "permit_inet_interfaces",
                                         "permit_mynetworks",
                                         "permit_sasl_authenticated",
                                         "permit_tls_clientcerts",
                                         "reject_authenticated_sender_login_mismatch",
                                         "reject_invalid_helo_hostname",
                                         "reject_invalid_hostname",
                                         "reject_known_sender_login_mismatch",
                                         "reject_maps_rbl",
                                         "reject_multi_recipient_bounce",
                                         "reject_non_fqdn_helo_hostname",
                                         "reject_non_fqdn_hostname",
                                         "reject_non_fqdn_recipient",
                                         "reject_non_fqdn_sender",
                                         "reject_plaintext_session",
                                         "reject_sender_login_mismatch",
                                         "reject_unauth_pipelining",
                                         "reject_unauthenticated_sender_login_mismatch",
                                         "reject_unknown_address",
                                         "reject_unknown_client",
                                         "reject_unknown_client_hostname",
                                         "reject_unknown_forward_client_hostname",
                                         "reject_unknown_helo_hostname",
                                         "reject_unknown_hostname",
                                         "reject_unknown_recipient_domain",
                                         "reject_unknown_reverse_client_hostname",
                                         "reject_unknown_sender_domain",
                                         "reject_unlisted_recipient",
                                         "reject_unlisted_sender",
                                         "reject_unverified_recipient",
                                         "reject_unverified_sender"};

/// The next word belongs to these.
constexpr std::string_view harmless_with_argument[] = {"reject_rbl",
                                                       "reject_rbl_client",
                                                       "reject_rhsbl_client",
                                                       "reject_rhsbl_helo",
                                                       "reject_rhsbl_recipient",
                                                       "reject_rhsbl_reverse_client",
                                                       "reject_rhsbl_sender",
                                                       "sleep"};

bool is_access_check(std::string_view word) {
    return word.starts_with("check_") && word.ends_with("_access");
}

bool takes_argument(std::string_view word) {
    return is_access_check(word) || word == "check_policy_service" || word == "permit_dnswl_client" ||
           word == "permit_rhswl_client" || std::ranges::contains(harmless_with_argument, word);
}

enum class Verdict { closed, undecided, open };

struct Judged {
    Verdict verdict = Verdict::undecided;
    std::string word;  ///< the one that opens, or that nobody knows
    bool unknown = false;
};

class Restrictions {
  public:
    explicit Restrictions(const ParameterLookup& lookup) : lookup_(lookup) {
        const auto classes = expand_parameters(lookup("smtpd_restriction_classes").value_or(""), lookup);
        if (classes) classes_ = words_of(*classes);
    }

    /// What a stranger meets: the first word that refuses or lets them in.
    Judged judge(std::string_view list, int depth = 0) const {
        Judged first;
        bool warn_only = false;
        const auto words = words_of(list);
        for (std::size_t index = 0; index < words.size(); ++index) {
            const std::string word = base::lower(words[index]);
            const auto step = judge_word(words[index], word, depth);
            if (takes_argument(word)) ++index;
            if (step.unknown) return step;
            if (first.verdict == Verdict::undecided && !warn_only) first = step;
            warn_only = word == "warn_if_reject";
        }
        return first;
    }

  private:
    Judged judge_word(const std::string& written, const std::string& word, int depth) const {
        if (std::ranges::contains(closing, word)) return {Verdict::closed, written};
        if (std::ranges::contains(opening, word) || is_access_check(word) || word.contains(':') || word.contains('/'))
            return {Verdict::open, written};
        if (word == "warn_if_reject" || std::ranges::contains(harmless, word) ||
            std::ranges::contains(harmless_with_argument, word))
            return {};
        if (std::ranges::contains(classes_, written) && depth < deepest) {
            const auto list = expand_parameters(lookup_(written).value_or(""), lookup_);
            return list ? judge(*list, depth + 1) : Judged{Verdict::open, written};
        }
        return {.word = written, .unknown = true};
    }

    static std::vector<std::string> words_of(std::string_view list) {
        std::vector<std::string> all;
        for (const auto& word : postfix_words(list, ", \t").value_or(std::vector<std::string>{})) {
            const auto inner = without_braces(word);
            // In braces stands a list of restrictions, or the one argument of what comes before.
            if (inner == word || (!all.empty() && takes_argument(base::lower(all.back()))))
                all.push_back(word);
            else
                std::ranges::move(words_of(inner), std::back_inserter(all));
        }
        return all;
    }

    const ParameterLookup& lookup_;
    std::vector<std::string> classes_;
};

std::optional<Finding> find_mistyped(const Restrictions& restrictions, const ParameterLookup& lookup) {
    for (const std::string name :
         {"smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions",
          "smtpd_relay_restrictions", "smtpd_recipient_restrictions", "smtpd_data_restrictions",
          "smtpd_end_of_data_restrictions", "smtpd_etrn_restrictions"}) {
        const auto value = lookup(name);
        const auto list = value ? expand_parameters(*value, lookup) : base::Result<std::string>("");
        if (!list) continue;  // has conditions: Postfix itself must judge
        if (!postfix_words(*list, ", \t")) return Finding{name, "its braces { } do not match"};
        if (const auto judged = restrictions.judge(*list); judged.unknown)
            return Finding{name, std::format("there is no restriction '{}'", base::printable(judged.word, 60))};
    }
    return std::nullopt;
}

/// Mail of strangers to elsewhere must be refused by one of the two lists; each is asked (postconf(5)).
std::optional<Finding> find_open_relay(const Restrictions& restrictions, const ParameterLookup& lookup) {
    constexpr std::string_view relay = "smtpd_relay_restrictions";
    std::string opens;
    for (const auto name : {relay, std::string_view("smtpd_recipient_restrictions")}) {
        const auto list = expand_parameters(lookup(name).value_or(""), lookup);
        const auto judged = list ? restrictions.judge(*list) : Judged{Verdict::open, ""};
        if (judged.verdict == Verdict::closed) return std::nullopt;
        if (name == relay) opens = list ? judged.word : list.error().text;
    }
    return Finding{std::string(relay),
                   std::format("it would make this server relay for strangers (an open relay){}; "
                               "reject_unauth_destination must come before {}",
                               opens.empty() ? "" : std::format(": '{}'", base::printable(opens, 100)),
                               opens.empty() ? "its end" : "what may let them in")};
}

/// A list of domains that is a pattern or a constant may match every domain there is.
std::optional<Finding> find_relay_to_everywhere(const ParameterLookup& lookup) {
    constexpr std::string_view name = "relay_domains";
    const auto list = expand_parameters(lookup(name).value_or(""), lookup);
    if (!list) return Finding{std::string(name), list.error().text};
    for (const auto& word : items(*list))
        for (const std::string_view type : {"static:", "regexp:", "pcre:", "randmap:", "pipemap:", "unionmap:"})
            if (word.contains(type))
                return Finding{std::string(name), std::format("'{}' may stand for every domain, and make this server "
                                                              "relay for strangers (an open relay); list the domains",
                                                              base::printable(word, 60))};
    return std::nullopt;
}

std::optional<Finding> find_open_login(const ParameterLookup& lookup) {
    for (const std::string name : {"smtpd_sasl_security_options", "smtpd_sasl_tls_security_options"})
        if (const auto value = lookup(name)) {
            const auto options = expand_parameters(*value, lookup);
            if (!options || !std::ranges::contains(items(*options), std::string_view("noanonymous")))
                return Finding{name, "without noanonymous everybody could log in, and send to everywhere"};
        }
    if (base::lower(lookup("smtpd_tls_auth_only").value_or("yes")) != "yes")
        return Finding{"smtpd_tls_auth_only", "passwords would go over the network in the clear; it stays 'yes'"};
    return std::nullopt;
}

constexpr std::pair<std::string_view, std::string_view> fixed[] = {
    {"queue_directory", "the queue is in the workspace, where the server finds it again"},
    {"data_directory", "the server prepares it"},
    {"maillog_file", "the log is the container's; elsewhere it would fill the disk unseen"},
    {"config_directory", "the server writes its files there"},
    {"daemon_directory", "it belongs to Debian's package"},
    {"command_directory", "it belongs to Debian's package"},
    {"meta_directory", "it belongs to Debian's package"},
    {"mail_owner", "files in the workspace belong to it"},
    {"setgid_group", "files in the workspace belong to it"},
    {"multi_instance_directories", "the server runs one Postfix"},
    {"multi_instance_enable", "the server runs one Postfix"},
};

}  // namespace

base::Result<std::string> expand_parameters(std::string_view value, const ParameterLookup& lookup) {
    return expand(value, lookup, 0);
}

std::optional<Finding> find_unsafe(const ParameterLookup& lookup) {
    const Restrictions restrictions(lookup);
    if (auto found = find_wide_network(lookup)) return found;
    if (auto found = find_mistyped(restrictions, lookup)) return found;
    if (auto found = find_open_relay(restrictions, lookup)) return found;
    if (auto found = find_relay_to_everywhere(lookup)) return found;
    return find_open_login(lookup);
}

std::string_view why_fixed(std::string_view parameter) {
    const auto* const found =
        std::ranges::find(fixed, parameter, &std::pair<std::string_view, std::string_view>::first);
    return found == std::end(fixed) ? std::string_view{} : found->second;
}

}  // namespace engines
