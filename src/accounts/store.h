#pragma once
/// Accounts and aliases in one SQLite file that Postfix and Dovecot read directly: what is committed here is in force,
/// nothing needs to be told or reloaded. The engines read only these views, which are the contract with them:
///
///   lookup_mailbox(address, quota)    every account; quota in octets, 0: none, NULL: the default
///   lookup_password(address, password)  the hash, in a form Dovecot verifies; not of disabled accounts
///   lookup_app_password(address, protocol, digest, name)  SHA-256 in hexadecimal, one row per protocol (imap, pop3,
///                                     sieve, smtp) it is good for
///   lookup_alias(source, target)      every alias, and each account to itself, so that a catch-all never takes an
///                                     account's mail and a forward keeps the local copy
///   lookup_domain_alias(source, target)  domains whose names are looked up in another domain
///   lookup_sender(address, login)     who may send as an address or as @domain: each account as itself and as every
///                                     alias that leads to it alone, and whoever was granted it
///   lookup_access(recipient, text)    who takes no mail, and with which words
///   lookup_relay(sender, transport, credentials)  the server that takes mail from an address or from @domain; Postfix'
///                                     transport, and user:password or NULL
///   lookup_any_mailbox, lookup_any_alias  lookup_mailbox and lookup_alias with what the directory said last
///   lookup_reject(kind, pattern)      addresses and domains refused as 'sender' or 'recipient'
///
/// Aliases by pattern are no rows to be looked up but two files of patterns for Postfix (accounts/alias_patterns.h).
/// Addresses are lower case. Knows no files but its own and no passwords, only hashes.
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "accounts/alias.h"
#include "accounts/site.h"
#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "db/database.h"
#include "directory/directory.h"

namespace accounts {

struct Account {
    std::string address;
    base::SystemTime created;
    std::optional<std::uint64_t> quota;  ///< octets; 0: no limit; nothing: the default of the settings
    bool disabled = false;               ///< nobody logs in; mail still arrives
    bool send_only = false;              ///< takes no mail
    std::string reject_text;             ///< what senders to it read; empty: the usual words
};

/// A password of one program or device, beside the account's own. Only its digest is kept.
struct AppPassword {
    std::string name;
    base::SystemTime created;
    std::vector<std::string> protocols;  ///< of app_password_protocols(), sorted
};

/// imap, pop3, sieve, smtp.
std::span<const std::string_view> app_password_protocols();

/// The right to send as an address, or as anybody in a domain (`@domain`).
struct Grant {
    std::string login;
    std::string sender;
    auto operator<=>(const Grant&) const = default;
};

/// Somebody else's server through which mail with this sender leaves, in the place of the settings' one.
struct Relay {
    std::string sender;  ///< an address, or `@domain`
    std::string host;
    unsigned port = 587;  ///< 465: TLS from the first octet; else STARTTLS
    std::string user;     ///< empty: no login there
    base::Secret password;
    std::string tls = "verify";  ///< or "encrypt": whatever certificate; "may": also without TLS, then no login
    bool operator==(const Relay&) const = default;
};

/// An account at somebody else's IMAP server that is kept the same as a mailbox here.
struct Sync {
    std::string address;  ///< the mailbox here
    std::string host;
    unsigned port = 993;  ///< 993: TLS from the first octet; else STARTTLS
    std::string login;
    base::Secret password;
    std::chrono::seconds every{300};  ///< from the end of one run to the next
    bool two_way = false;             ///< new mail and folders of here go there, too
    bool expunge = false;             ///< what is deleted on one side is deleted on the other
    std::string folders;              ///< the operator's own choice, as imapsync::parse_wishes() reads it
    base::SystemTime since{};         ///< when it was added
    bool operator==(const Sync&) const = default;
};

enum class RejectKind { sender, recipient };

/// An address or a domain with which mail is refused.
struct Reject {
    RejectKind kind = RejectKind::sender;
    std::string pattern;
    bool from_settings = false;
    auto operator<=>(const Reject&) const = default;
};

/// An open accounts file; one object belongs to one thread. Errors are transient while another process writes.
class Store {
  public:
    /// Opens the accounts of a server that was started before; not_running when there are none yet.
    static base::Result<Store> open(const std::filesystem::path& file);

    /// Makes an empty accounts file, whole or not at all; opens the one that is there already.
    static base::Result<Store> create(const std::filesystem::path& file);

    /// Adds an account, in force at once; `exists` when there is one of that name.
    base::Result<> add(const base::EmailAddress& address, const std::string& hash, base::SystemTime now);

    /// Replaces the password's hash; not_found when there is no such account.
    base::Result<> set_password(const base::EmailAddress& address, const std::string& hash, base::SystemTime now);

    /// Puts a better hash of the same password in the place of one; nothing when there is another by now.
    base::Result<> replace_hash(const base::EmailAddress& address, const std::string& old_hash,
                                const std::string& hash);

    /// Removes exactly this account and the aliases that led to it; their sources are the answer. not_found when there
    /// is no such account.
    base::Result<std::vector<std::string>> remove(const base::EmailAddress& address);

    /// Gives an account, its aliases, grants and app passwords another name; with `keep_alias` the old name becomes an
    /// alias. `move` moves what is elsewhere, before the commit; when it fails nothing has changed. not_found, or
    /// `exists`: the new name is taken.
    base::Result<> rename(const base::EmailAddress& from, const base::EmailAddress& to, bool keep_alias,
                          const std::function<base::Result<>()>& move);

    base::Result<bool> has(const base::EmailAddress& address);
    /// Keeps what the directory said about an address: those who get its mail; none: nobody does.
    base::Result<> remember(const base::EmailAddress& source, const std::vector<directory::Person>& people);
    /// What was kept: address and quota of each, sorted.
    base::Result<std::vector<directory::Person>> remembered(const base::EmailAddress& source);
    /// All mailboxes of the directory that are known.
    base::Result<std::vector<directory::Person>> remembered();

    /// Whether there is an account or alias of this very address, so that nobody else can have it.
    base::Result<bool> knows(const base::EmailAddress& address);
    /// One account; not_found when there is none.
    base::Result<Account> get(const base::EmailAddress& address);
    /// All accounts by address.
    base::Result<std::vector<Account>> list();
    base::Result<std::set<std::string>> addresses();
    /// The hash of an account that may log in; empty when there is none.
    base::Result<std::string> hash_of(const base::EmailAddress& address);

    /// Each is in force at once; not_found when there is no such account.
    base::Result<> set_quota(const base::EmailAddress& address, std::optional<std::uint64_t> octets);
    base::Result<> set_disabled(const base::EmailAddress& address, bool disabled);
    base::Result<> set_send_only(const base::EmailAddress& address, bool send_only, const std::string& reject_text);

    /// `exists`: there is one of this name; not_found: no such account.
    base::Result<> add_app_password(const base::EmailAddress& address, const AppPassword& added,
                                    const std::string& digest);
    base::Result<> remove_app_password(const base::EmailAddress& address, const std::string& name);
    base::Result<std::vector<AppPassword>> app_passwords(const base::EmailAddress& address);

    /// Granting twice is no error; taking away what was not granted is not_found.
    base::Result<> add_grant(const Grant& grant);
    base::Result<> remove_grant(const Grant& grant);
    /// All grants, or those of one account.
    base::Result<std::vector<Grant>> grants(const std::optional<base::EmailAddress>& login = {});
    /// Whether this login may send as `sender`, by the same rules as Postfix applies.
    base::Result<bool> may_send(const base::EmailAddress& login, const base::EmailAddress& sender);
    /// The addresses and domains (`@domain`) this login may send as, without patterns; sorted.
    base::Result<std::vector<std::string>> senders_of(const base::EmailAddress& login);

    /// `exists`: the sender has one; not_found: it has none.
    base::Result<> add_relay(const Relay& relay);
    base::Result<> remove_relay(const std::string& sender);
    /// By sender.
    base::Result<std::vector<Relay>> relays();

    /// not_found: no such account here; `exists`: it has this login at this host.
    base::Result<> add_sync(const Sync& sync);
    /// The number removed; not_found: there is none. An empty host means all of the account.
    base::Result<std::int64_t> remove_sync(const std::string& address, const std::string& host);
    /// By account and host.
    base::Result<std::vector<Sync>> syncs();

    /// `exists` and not_found as for everything else; the rows of the settings can be removed by settings only.
    base::Result<> add_reject(const Reject& reject);
    base::Result<> remove_reject(const Reject& reject);
    base::Result<std::vector<Reject>> rejects();
    /// Accounts that take no mail, and the aliases that lead to nobody else.
    base::Result<std::set<std::string>> refusing();
    /// Replaces the rows of the settings.
    base::Result<> set_rejects_of_settings(const std::vector<Reject>& rejects);

    /// Puts what `make` gives for the present accounts in place of the aliases of the file, all or nothing. Returns
    /// what is in force now.
    base::Result<Aliases> replace_aliases(
        const std::function<base::Result<Aliases>(const std::set<std::string>&)>& make);
    /// The aliases of the file that are in force.
    base::Result<Aliases> aliases();
    /// The domain whose accounts get the mail of this one (`@a @b` in the file): itself when it is no such alias.
    base::Result<base::Domain> target_of(const base::Domain& domain);
    /// Those that lead to an account directly: sources, domain aliases aside.
    base::Result<std::vector<std::string>> aliases_of(const base::EmailAddress& target);
    /// postmaster@ and abuse@ of every place, as far as they follow from ADMIN_USER.
    base::Result<std::vector<Alias>> system_aliases();

    /// Remembers the served domains and who the administrator is, from which postmaster@ and abuse@ of every domain and
    /// of HOSTNAME follow (RFC 5321 §4.5.1, RFC 2142 §4). To be called at each start.
    base::Result<> apply(const Site& site);

    /// True when the last account was removed on purpose: then an empty store is no sign of damage.
    base::Result<bool> emptied_on_purpose();

    /// A whole copy in a new file.
    base::Result<> copy_to(const std::filesystem::path& file) { return database_.copy_to(file); }

  private:
    explicit Store(db::Database database) : database_(std::move(database)) {}
    /// Recomputes what follows from accounts and aliases: the system's aliases, and who refuses mail.
    base::Result<> rebuild_derived();
    base::Result<> rebuild_refusals();
    base::Result<> change(const base::EmailAddress& address, std::string_view sql,
                          std::initializer_list<db::Value> values);

    db::Database database_;
};

}  // namespace accounts
