#include "accounts/users.h"

#include <algorithm>
#include <format>

#include "base/text.h"
#include "crypto/password.h"
#include "sys/command.h"
#include "sys/files.h"

namespace accounts {
namespace {

constexpr std::size_t longest_password = 1024;

base::Result<base::EmailAddress> parse_address(std::string_view text) {
    auto address = base::EmailAddress::parse(text);
    if (!address)
        return base::fail(address.error().text, "Write it as user@domain, for example jens@example.org.",
                          base::ErrorKind::usage);
    return address;
}

std::string not_served(const base::Domain& domain) {
    return std::format("domain '{}' is not served here: it is neither DOMAIN nor in ADDITIONAL_DOMAINS", domain.str());
}

}  // namespace

base::Result<> check_password(const base::Secret& password) {
    const auto refuse = [](std::string why) {
        return base::fail("cannot use this password: " + why, {}, base::ErrorKind::usage);
    };
    const auto& text = password.reveal();
    if (text.empty()) return refuse("it is empty");
    if (text.contains('\0')) return refuse("there is a NUL byte in it");
    if (text.find_first_of("\r\n") != std::string::npos) return refuse("there is a line end in it");
    if (text.size() > longest_password) return refuse(std::format("it is longer than {} octets", longest_password));
    return {};
}

base::Result<std::string> check_hash(std::string_view text) {
    // What Dovecot verifies and nobody can turn back into passwords of any length in no time.
    constexpr std::string_view schemes[] = {"ARGON2I",      "ARGON2ID", "BLF-CRYPT",    "CRYPT",   "PBKDF2", "SHA256",
                                            "SHA256-CRYPT", "SHA512",   "SHA512-CRYPT", "SSHA256", "SSHA512"};
    const auto refuse = [](std::string why) {
        return base::fail("cannot use this hash: " + why, "Examples: {SSHA256}…, {SHA512-CRYPT}$6$…, {PLAIN}password",
                          base::ErrorKind::usage);
    };
    const auto end = text.find('}');
    if (!text.starts_with('{') || end == std::string_view::npos) return refuse("it does not begin with a {SCHEME}");
    const auto scheme = base::upper(text.substr(1, end - 1));
    const auto value = text.substr(end + 1);
    if (!std::ranges::contains(schemes, std::string_view(scheme).substr(0, scheme.find('.'))))
        return refuse(std::format("there is no scheme '{}' here", base::printable(scheme, 40)));
    const bool clean = std::ranges::all_of(value, [](char c) { return c > ' ' && c <= '~' && c != '\'' && c != '"'; });
    if (value.empty() || value.size() > longest_password || !clean) return refuse("what follows the scheme is no hash");
    return std::format("{{{}}}{}", scheme, value);
}

void end_sessions(const base::EmailAddress& address) {
    // It exits with an error when Dovecot does not run or nobody is logged in; neither needs anything done.
    (void)sys::run({.argv = {"doveadm", "kick", address.str()},
                    .environment = {},
                    .input = {},
                    .timeout = std::chrono::seconds(10)});
}

bool Users::is_served(const base::Domain& domain) const {
    return std::ranges::contains(site_.domains, domain);
}

base::Result<base::EmailAddress> Users::new_address(std::string_view text, std::string_view doing) const {
    auto address = parse_address(text);
    if (!address) return base::context(doing, std::move(address.error()));
    if (!is_served(address->domain()))
        return base::fail(std::format("{} '{}': {}", doing, address->str(), not_served(address->domain())),
                          "Add the domain to ADDITIONAL_DOMAINS in settings.env and restart, or use another address.",
                          base::ErrorKind::usage);
    // Mail to jens+anything is delivered to jens: an account of that name would never get any.
    if (const auto at = address->local().find_first_of(site_.recipient_delimiter); at != std::string::npos)
        return base::fail(
            std::format("{} '{}': '{}' separates a name from its detail", doing, address->str(), address->local()[at]),
            at == 0 ? "Take a name without it, or choose another RECIPIENT_DELIMITER in settings.env."
                    : std::format("Mail to {} reaches {} as it is.", address->str(),
                                  without_detail(address->str(), site_.recipient_delimiter)),
            base::ErrorKind::usage);
    return address;
}

base::Result<Users::Added> Users::add(std::string_view text, const base::Secret& password) {
    auto address = new_address(text, "cannot add");
    if (!address) return std::unexpected(address.error());
    if (auto good = check_password(password); !good) return std::unexpected(good.error());
    const auto hash = crypto::hash_password(password);
    if (!hash) return std::unexpected(hash.error());
    return add_hashed(std::move(*address), *hash);
}

base::Result<Users::Added> Users::add_with_hash(std::string_view text, std::string_view hash) {
    // A hash that is none is a password, and must not be kept as one.
    if (constexpr std::string_view plain = "{PLAIN}"; base::upper(hash.substr(0, plain.size())) == plain)
        return add(text, base::Secret(std::string(hash.substr(plain.size()))));
    auto address = new_address(text, "cannot add");
    if (!address) return std::unexpected(address.error());
    const auto checked = check_hash(hash);
    if (!checked) return std::unexpected(checked.error());
    return add_hashed(std::move(*address), *checked);
}

base::Result<Users::Added> Users::add_hashed(base::EmailAddress address, const std::string& hash) {
    if (auto added = store_.add(address, hash, clock_.now()); !added) return std::unexpected(added.error());
    // After the commit: a folder without an account would look like a lost account at the next start. Dovecot makes it
    // at the first mail when this fails.
    const auto was_there = make_home(workspace_, address);
    const bool had_mail = was_there && *was_there && inspect_home(workspace_, address).has_mail;
    return Added{.address = std::move(address), .had_mail = had_mail};
}

base::Result<base::EmailAddress> Users::known(std::string_view text, std::string_view doing) {
    auto address = parse_address(text);
    if (!address) return base::context(doing, std::move(address.error()));
    const auto there = store_.has(*address);
    if (!there) return std::unexpected(there.error());
    if (!*there) return unknown(*address);
    return address;
}

base::Result<base::EmailAddress> Users::set_password(std::string_view text, const base::Secret& password) {
    auto address = known(text, "cannot change the password");
    if (!address) return address;
    if (auto good = check_password(password); !good) return std::unexpected(good.error());
    const auto hash = crypto::hash_password(password);
    if (!hash) return std::unexpected(hash.error());
    if (const auto changed = store_.set_password(*address, *hash, clock_.now()); !changed)
        return std::unexpected(changed.error());
    end_(*address);
    return address;
}

base::Result<Users::Removed> Users::remove(std::string_view text, bool purge) {
    auto address = parse_address(text);
    if (!address) return base::context("cannot delete the user", std::move(address.error()));
    // The file first: a target that is no account any more would make all of it wrong.
    if (auto forgotten = aliases_.forget(*address); !forgotten) return std::unexpected(forgotten.error());
    auto lost = store_.remove(*address);
    const bool gone_before = !lost && lost.error().kind == base::ErrorKind::not_found;
    if (!lost && !(purge && gone_before)) return std::unexpected(lost.error());
    if (!gone_before) {
        end_(*address);
        if (auto tables = aliases_.write_pattern_tables(); !tables) return std::unexpected(tables.error());
    }
    Removed removed{.address = *address, .lost_aliases = gone_before ? std::vector<std::string>{} : *lost};
    if (purge) {
        const auto purged = purge_home(workspace_, *address);
        if (!purged) return std::unexpected(purged.error());
        if (gone_before && !*purged) return std::unexpected(lost.error());
        removed.purged = true;
    }
    return removed;
}

Users::Listed Users::inspect(Account account) const {
    const auto address = base::EmailAddress::parse(account.address);
    if (!address) return {std::move(account), {}, {"this is no valid address; it cannot log in"}};
    Listed user{std::move(account), inspect_home(workspace_, *address), {}};
    if (!user.inbox.fault.empty()) user.faults.push_back(user.inbox.fault);
    if (!is_served(address->domain())) user.faults.push_back(not_served(address->domain()));
    return user;
}

base::Result<std::vector<Users::Listed>> Users::list() {
    auto accounts = store_.list();
    if (!accounts) return std::unexpected(accounts.error());
    std::vector<Listed> users;
    for (auto& account : *accounts) users.push_back(inspect(std::move(account)));
    return users;
}

std::vector<std::string> Users::stray_homes(const std::vector<Listed>& users) const {
    std::vector<std::string> strays = all_homes(workspace_);
    std::erase_if(strays, [&](const std::string& home) {
        const auto name = [](const Listed& user) -> const std::string& { return user.account.address; };
        return std::ranges::binary_search(users, home, {}, name);
    });
    return strays;
}

}  // namespace accounts
