/// What users may do: limits, app passwords, senders, refused addresses; and who a login is.
#include <algorithm>
#include <format>

#include "accounts/users.h"
#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/other_password.h"
#include "crypto/password.h"

namespace accounts {
namespace {

constexpr std::size_t longest_reject_text = 200;
constexpr std::size_t longest_name = 64;

/// Text that can stand in an SMTP reply and in a map's answer.
base::Result<> check_reply_text(std::string_view text) {
    const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    if (printable && text.size() <= longest_reject_text) return {};
    return base::fail(
        std::format("cannot use this text: a reply has up to {} visible ASCII characters", longest_reject_text), {},
        base::ErrorKind::usage);
}

/// Any language, one line.
base::Result<> check_name(std::string_view name) {
    const bool clean =
        std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
    if (!name.empty() && name.size() <= longest_name && clean && base::trim(name) == name &&
        base::printable(name, 4 * longest_name) == name)
        return {};
    return base::fail(std::format("cannot name an app password '{}': a name is one line of up to {} octets",
                                  base::printable(name, 100), longest_name),
                      "Name it after the device or program, for example: phone", base::ErrorKind::usage);
}

}  // namespace

base::Result<base::EmailAddress> Users::set_quota(std::string_view text, std::optional<std::uint64_t> octets) {
    auto address = known(text, "cannot set the quota");
    if (!address) return address;
    if (const auto done = store_.set_quota(*address, octets); !done) return std::unexpected(done.error());
    end_(*address);  // a session has the limit it began with
    return address;
}

base::Result<base::EmailAddress> Users::set_disabled(std::string_view text, bool disabled) {
    auto address = known(text, disabled ? "cannot disable the user" : "cannot enable the user");
    if (!address) return address;
    if (const auto done = store_.set_disabled(*address, disabled); !done) return std::unexpected(done.error());
    if (disabled) end_(*address);
    return address;
}

base::Result<base::EmailAddress> Users::set_send_only(std::string_view text, bool send_only,
                                                      std::string_view reject_text) {
    auto address = known(text, "cannot change the user");
    if (!address) return address;
    if (auto good = check_reply_text(reject_text); !good) return std::unexpected(good.error());
    const auto done = store_.set_send_only(*address, send_only, send_only ? std::string(reject_text) : "");
    if (!done) return std::unexpected(done.error());
    if (auto tables = aliases_.write_pattern_tables(); !tables) return std::unexpected(tables.error());
    return address;
}

base::Result<base::Secret> Users::add_app_password(std::string_view text, std::string_view name,
                                                   std::vector<std::string> protocols) {
    const auto address = known(text, "cannot add the app password");
    if (!address) return std::unexpected(address.error());
    if (auto good = check_name(name); !good) return std::unexpected(good.error());
    const auto all = app_password_protocols();
    if (protocols.empty()) protocols.assign(all.begin(), all.end());
    std::ranges::sort(protocols);
    protocols.erase(std::ranges::unique(protocols).begin(), protocols.end());
    for (const auto& protocol : protocols)
        if (!std::ranges::contains(all, protocol))
            return base::fail(
                std::format("cannot add the app password: there is no protocol '{}'", base::printable(protocol, 40)),
                "There are imap, pop3, sieve and smtp.", base::ErrorKind::usage);
    auto password = crypto::random_password();
    if (!password) return std::unexpected(password.error());
    const auto added = store_.add_app_password(
        *address, {.name = std::string(name), .created = clock_.now(), .protocols = std::move(protocols)},
        crypto::sha256_hex(password->reveal()));
    if (!added) return std::unexpected(added.error());
    return password;
}

base::Result<base::EmailAddress> Users::remove_app_password(std::string_view text, std::string_view name) {
    auto address = known(text, "cannot remove the app password");
    if (!address) return address;
    if (const auto done = store_.remove_app_password(*address, std::string(name)); !done)
        return std::unexpected(done.error());
    end_(*address);
    return address;
}

namespace {

base::Result<std::string> parse_sender(std::string_view text) {
    if (text.starts_with('@')) {
        const auto domain = base::Domain::parse(text.substr(1));
        if (!domain) return std::unexpected(domain.error());
        return "@" + domain->str();
    }
    const auto address = base::EmailAddress::parse(text);
    if (!address) return std::unexpected(address.error());
    return address->str();
}

}  // namespace

base::Result<Grant> Users::add_grant(std::string_view text, std::string_view sender) {
    const auto address = known_anywhere(text, "cannot let the user send as another");
    if (!address) return std::unexpected(address.error());
    const auto as = parse_sender(sender);
    if (!as)
        return base::fail("cannot let the user send as another: " + as.error().text, "Name an address or @domain.",
                          base::ErrorKind::usage);
    const auto domain = base::Domain::parse(as->substr(as->find('@') + 1));
    if (!is_served(*domain))
        return base::fail(std::format("cannot let '{}' send as '{}': domain '{}' is not served here, others would take "
                                      "such mail for forged",
                                      address->str(), *as, domain->str()),
                          {}, base::ErrorKind::usage);
    const Grant grant{.login = address->str(), .sender = *as};
    if (const auto done = store_.add_grant(grant); !done) return std::unexpected(done.error());
    return grant;
}

base::Result<Grant> Users::remove_grant(std::string_view text, std::string_view sender) {
    const Grant grant{.login = base::lower(text), .sender = base::lower(sender)};
    if (const auto done = store_.remove_grant(grant); !done) return std::unexpected(done.error());
    return grant;
}

base::Result<Reject> Users::add_reject(RejectKind kind, std::string_view text) {
    const auto pattern = base::parse_address_or_domain(text);
    if (!pattern)
        return base::fail("cannot refuse it: " + pattern.error().text,
                          "Write an address (user@example.org) or a domain (example.org).", base::ErrorKind::usage);
    const Reject reject{.kind = kind, .pattern = *pattern};
    if (const auto done = store_.add_reject(reject); !done) return std::unexpected(done.error());
    return reject;
}

base::Result<Reject> Users::remove_reject(RejectKind kind, std::string_view text) {
    const auto pattern = base::parse_address_or_domain(text);
    if (!pattern)
        return base::fail("cannot refuse it: " + pattern.error().text,
                          "Write an address (user@example.org) or a domain (example.org).", base::ErrorKind::usage);
    const Reject reject{.kind = kind, .pattern = *pattern};
    if (const auto done = store_.remove_reject(reject); !done) return std::unexpected(done.error());
    return reject;
}

base::Result<std::optional<base::EmailAddress>> Users::log_in(std::string_view text, const base::Secret& password) {
    const auto address = base::EmailAddress::parse(text);
    std::string hash;
    if (address) {
        auto found = store_.hash_of(*address);
        if (!found) return std::unexpected(found.error());
        hash = std::move(*found);
    }
    if (hash.empty() && address && site_.directory) {
        const auto person = directory_user(*address);
        if (!person) return std::unexpected(person.error());
        if (*person) return log_in_directory_user(**person, password);
    }
    if (hash.empty()) {
        // As much work as for a user there is.
        (void)crypto::hash_password(password);
        return std::nullopt;
    }
    if (crypto::verify_password(password, hash)) return *address;
    if (!crypto::verify_other_password(password, hash)) {
        (void)crypto::hash_password(password);
        return std::nullopt;
    }
    renew_hash(address->str(), password);
    return *address;
}

void Users::renew_hash(std::string_view text, const base::Secret& password) {
    const auto address = base::EmailAddress::parse(text);
    if (!address) return;
    const auto hash = store_.hash_of(*address);
    // Another password since then has a hash of ours.
    if (!hash || hash->empty() || crypto::is_own_hash(*hash)) return;
    if (const auto better = crypto::hash_password(password))
        if (const auto replaced = store_.replace_hash(*address, *hash, *better); !replaced)
            base::log("accounts", replaced.error().text);
}

base::Result<Users::Shown> Users::show(std::string_view text) {
    const auto address = known_anywhere(text, "cannot show the user");
    if (!address) return std::unexpected(address.error());
    const auto is_ours = store_.has(*address);
    if (!is_ours) return std::unexpected(is_ours.error());
    if (!*is_ours) return show_directory_user(*address);
    auto account = store_.get(*address);
    if (!account) return std::unexpected(account.error());
    Shown shown{.user = inspect(std::move(*account)), .aliases = {}, .senders = {}, .app_passwords = {}};
    auto aliases = store_.aliases_of(*address);
    if (!aliases) return std::unexpected(aliases.error());
    shown.aliases = std::move(*aliases);
    auto senders = store_.senders_of(*address);
    if (!senders) return std::unexpected(senders.error());
    shown.senders = std::move(*senders);
    auto passwords = store_.app_passwords(*address);
    if (!passwords) return std::unexpected(passwords.error());
    shown.app_passwords = std::move(*passwords);
    return shown;
}

base::Result<Users::Renamed> Users::rename(std::string_view from_text, std::string_view to_text, bool keep_alias) {
    const auto from = known(from_text, "cannot rename the user");
    if (!from) return std::unexpected(from.error());
    const auto to = new_address(to_text, "cannot rename the user to");
    if (!to) return std::unexpected(to.error());
    if (*from == *to)
        return base::fail(std::format("cannot rename '{}' to the same name", from->str()), {}, base::ErrorKind::usage);
    if (keep_alias && !is_served(from->domain())) keep_alias = false;
    bool moved = false;
    const auto done = aliases_.rename(*from, *to, keep_alias, [&] {
        return store_.rename(*from, *to, keep_alias, [&]() -> base::Result<> {
            auto home = move_home(workspace_, *from, *to);
            moved = home.has_value();
            return home;
        });
    });
    if (!done) {
        if (moved) (void)move_home(workspace_, *to, *from);
        return std::unexpected(done.error());
    }
    end_(*from);
    collect_late_mail(workspace_, *from, *to);
    return Renamed{*from, *to};
}

}  // namespace accounts
