#include <algorithm>
#include <format>
#include <functional>
#include <map>
#include <ranges>
#include <set>
#include <utility>

#include "base/text.h"
#include "settings/table.h"

namespace settings {
namespace {

using Problems = std::vector<Problem>;

/// Defaults, with placeholders where there is none: parse() never hands them out.
Settings placeholder() {
    return {.domain = *base::Domain::parse("unset.invalid"),
            .hostname = *base::Hostname::parse("unset.invalid"),
            .admin_email = *base::EmailAddress::parse("unset@unset.invalid")};
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// What is wrong with a value whatever its key: marks of another file format that would silently become part of it.
std::string common_fault(const Row& row, std::string_view value) {
    if (value.ends_with('\r')) return "it ends in a CR: the file has Windows line ends";
    if (std::ranges::any_of(value, is_control)) return "it has a control character in it";
    if (value.starts_with(' ') || value.ends_with(' ')) return "there is a space before or behind the value";
    const char first = value.front();
    if ((first == '"' || first == '\'') && (value.size() == 1 || value.ends_with(first) || !row.secret))
        return "write it without quotation marks, they become part of the value";
    if (row.secret) return {};
    if (value.contains(" #")) return "a comment behind the value becomes part of it; put it on a line of its own";
    if (value.contains("$(") || value.contains('`')) return "no commands are run here, write the value itself";
    if (value.contains("${") && !row.grafana_expands) return "variables are not expanded here, write the value itself";
    return {};
}

Problem problem_of(const Row& row, const Entry& entry, std::string why) {
    return {.key = entry.key,
            .value = row.secret ? "" : entry.value,
            .why = std::move(why),
            .example = std::string(row.key) + "=" + std::string(row.example),
            .line = entry.line};
}

std::string reason(const base::Error& error) {
    return error.remedy.empty() ? error.text : error.text + ". " + error.remedy;
}

const Row* row_of(std::string_view key) {
    for (const Row& row : table() | std::views::join) {
        if (row.key == key) return &row;
    }
    return nullptr;
}

/// The known key that was most likely meant, or nothing.
const Row* meant_by(std::string_view key) {
    std::string upper(key);
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
    });
    const Row* best = nullptr;
    std::size_t best_distance = 3;
    for (const Row& row : table() | std::views::join) {
        // Short keys are a few edits away from anything.
        if (row.key.size() < 5 || upper.size() + 2 < row.key.size() || upper.size() > row.key.size() + 2) continue;
        if (const auto distance = base::edit_distance(upper, row.key); distance < best_distance) {
            best = &row;
            best_distance = distance;
        }
    }
    return best;
}

/// An environment also has variables that are nobody's mistake; none of the usual ones is near a key of ours.
void check_unknown(const Entry& entry, Origin origin, Problems& problems) {
    Problem problem{.key = entry.key, .value = {}, .why = {}, .example = {}, .line = entry.line};
    if (const Row* meant = meant_by(entry.key)) {
        problem.why = std::format("unknown setting '{}': did you mean {}?", base::printable(entry.key, 80), meant->key);
        problem.example = std::string(meant->key) + "=" + std::string(meant->example);
        problems.push_back(std::move(problem));
    } else if (origin == Origin::file && !entry.key.starts_with("GF_")) {
        problem.why =
            std::format("unknown setting '{}': it would do nothing. Remove the line", base::printable(entry.key, 80));
        problems.push_back(std::move(problem));
    }
}

/// Each folder has one purpose, strangers choose none that breaks a mailbox, and the administrator's mail reaches him.
void check_mailboxes(const Settings& settings, const auto& complain) {
    const auto& mailboxes = settings.mailboxes;
    std::map<std::string, std::string_view> used;
    for (const auto& [key, name] : {std::pair("FOLDER_DRAFTS", mailboxes.drafts),
                                    {"FOLDER_SENT", mailboxes.sent},
                                    {"FOLDER_JUNK", mailboxes.junk},
                                    {"FOLDER_TRASH", mailboxes.trash},
                                    {"FOLDER_ARCHIVE", mailboxes.archive}}) {
        if (name.empty()) continue;
        if (const auto [other, fresh] = used.try_emplace(base::lower(name), key); !fresh)
            complain(key, std::format("it is {} already", other->second));
    }
    // In a tree a folder named dovecot-keywords or subscriptions would stand in the place of Dovecot's file.
    if (settings.detail_mailboxes && mailboxes.layout == MailboxLayout::fs)
        complain("DETAIL_MAILBOXES", "with MAILBOX_LAYOUT=fs a stranger could make folders that break a mailbox");
    if (settings.admin_user.find_first_of(settings.recipient_delimiter) != std::string::npos)
        complain("ADMIN_USER", std::format("RECIPIENT_DELIMITER='{}' would take a part of it for a detail",
                                           settings.recipient_delimiter));
}

/// Each action of the filter begins at a higher score than the one before it.
void check_scores(const Settings& settings, const std::function<void(std::string_view, std::string)>& complain) {
    const std::pair<std::string_view, std::optional<double>> scores[] = {
        {"SPAM_GREYLIST_SCORE", settings.spam_greylist_score},
        {"SPAM_HEADER_SCORE", settings.spam_header_score},
        {"SPAM_REJECT_SCORE", settings.spam_reject_score}};
    std::pair<std::string_view, double> below{"", 0};
    for (const auto& [key, score] : scores) {
        if (!score) continue;
        if (*score <= below.second)
            complain(key, std::format("it must be more than {}, which is {}", below.first, below.second));
        below = {key, *score};
    }
}

void check_relay(const Settings& settings, const auto& complain) {
    const auto& relay = settings.relay;
    if (!relay.host && !relay.user.empty()) complain("RELAY_HOST", "RELAY_USER is set, so it must be, too");
    if (relay.user.empty() != relay.password.empty())
        complain(relay.user.empty() ? "RELAY_USER" : "RELAY_PASSWORD", "a login needs both, user and password");
    if (relay.tls == "may" && !relay.user.empty())
        complain("RELAY_TLS", "a password is never sent without TLS; write verify or encrypt");
    if (relay.tls == "may" && relay.port == 465)
        complain("RELAY_TLS", "port 465 has nothing but TLS; write verify or encrypt");
    if (relay.host && relay.host->str() == settings.hostname.str())
        complain("RELAY_HOST", "it is this server itself (HOSTNAME)");
}

void check_directory(const Settings& settings, const auto& complain) {
    const auto& ldap = settings.ldap;
    if (!ldap.enabled()) return;
    if (ldap.base_dn.empty()) complain("LDAP_BASE_DN", "LDAP_URI is set, so it must be, too");
    if (ldap.bind_dn.empty() != ldap.bind_password.empty())
        complain(ldap.bind_dn.empty() ? "LDAP_BIND_DN" : "LDAP_BIND_PASSWORD", "a login needs both, DN and password");
}

/// What only shows when all values are known.
void check_together(const Settings& settings, std::span<const Entry> entries, Problems& problems) {
    const auto complain = [&](std::string_view key, std::string why) {
        const auto entry = std::ranges::find(entries, key, &Entry::key);
        problems.push_back(
            problem_of(*row_of(key), entry == entries.end() ? Entry{std::string(key), "", 0} : *entry, std::move(why)));
    };
    std::set<base::Domain> seen{settings.domain};
    for (const auto& domain : settings.additional_domains)
        if (!seen.insert(domain).second)
            complain("ADDITIONAL_DOMAINS", domain == settings.domain
                                               ? std::format("'{}' is DOMAIN already", domain.str())
                                               : std::format("'{}' stands in it twice", domain.str()));
    if (settings.tls_mode == TlsMode::files) {
        if (settings.tls_certificate_file.empty()) complain("TLS_CERTIFICATE_FILE", "TLS_MODE=files needs it");
        if (settings.tls_key_file.empty()) complain("TLS_KEY_FILE", "TLS_MODE=files needs it");
    }
    check_relay(settings, complain);
    check_directory(settings, complain);
    check_mailboxes(settings, complain);
    check_scores(settings, complain);
    if (!base::EmailAddress::parse(settings.admin_account().str()))
        complain("ADMIN_USER", "with DOMAIN it makes an address longer than 254 characters");
}

}  // namespace

std::expected<Settings, Problems> parse(std::span<const Entry> entries, Origin origin) {
    Settings settings = placeholder();
    Problems problems;
    std::set<std::string_view> given;
    for (const Entry& entry : entries) {
        const Row* row = row_of(entry.key);
        if (!row) {
            check_unknown(entry, origin, problems);
            continue;
        }
        if (entry.value.empty()) continue;
        if (!given.insert(row->key).second) continue;  // parse_env_file() complains about the second one
        if (auto fault = common_fault(*row, entry.value); !fault.empty()) {
            problems.push_back(problem_of(*row, entry, std::move(fault)));
        } else if (row->assign) {
            if (const auto done = row->assign(settings, entry.value); !done)
                problems.push_back(problem_of(*row, entry, reason(done.error())));
        }
    }
    for (const Row& row : table() | std::views::join)
        if (row.required && !given.contains(row.key))
            problems.push_back(problem_of(row, {std::string(row.key), "", 0}, "it must be set"));
    check_together(settings, entries, problems);
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return settings;
}

std::expected<Settings, Problems> parse_file(std::string_view text) {
    auto file = parse_env_file(text);
    auto settings = parse(file.entries, Origin::file);
    if (file.problems.empty()) return settings;
    if (!settings) file.problems.insert(file.problems.end(), settings.error().begin(), settings.error().end());
    // Problems without a line (what is missing) come last.
    std::ranges::stable_sort(file.problems, {}, [](const Problem& problem) { return problem.line - 1; });
    return std::unexpected(std::move(file.problems));
}

std::vector<Entry> environment_entries(const char* const* environment) {
    std::vector<Entry> entries;
    for (; *environment; ++environment) {
        const std::string_view text = *environment;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        entries.push_back({std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)), 0});
    }
    return entries;
}

std::string describe(const Problem& problem) {
    std::string text = problem.line ? std::format("line {}: ", problem.line) : "";
    if (!problem.key.empty() && !problem.why.starts_with("unknown setting")) {
        text += problem.key;
        if (!problem.value.empty()) text += "='" + base::printable(problem.value, 120) + "'";
        text += ": ";
    }
    text += problem.why;
    if (!problem.example.empty())
        text += (text.ends_with('?') || text.ends_with('.') ? " Example: " : ". Example: ") + problem.example;
    return text;
}

base::Error as_error(std::span<const Problem> problems) {
    std::string text = problems.size() == 1 ? "cannot use the settings: 1 problem"
                                            : std::format("cannot use the settings: {} problems", problems.size());
    for (const auto& problem : problems) text += "\n  " + describe(problem);
    return {.text = std::move(text),
            .remedy = "Put them right in settings.env, then start again; nothing has been changed.",
            .kind = base::ErrorKind::usage};
}

}  // namespace settings
