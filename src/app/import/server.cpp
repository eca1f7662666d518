#include "app/import/server.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>

#include "accounts/users.h"
#include "base/text.h"
#include "bootstrap/signing.h"
#include "certs/live_folder.h"
#include "certs/source.h"
#include "crypto/password.h"
#include "json/json.h"
#include "moving/alias_merge.h"

namespace app {
namespace {

class Import {
  public:
    Import(const moving::Origin& origin, bootstrap::Start& start, const accounts::Workspace& workspace,
           const Installation& here, moving::Ledger& ledger, const ImportOptions& options, ImportReport& report)
        : origin_(origin),
          start_(start),
          workspace_(workspace),
          here_(here),
          ledger_(ledger),
          options_(options),
          report_(report),
          site_(bootstrap::site_of(start.settings)),
          users_(*start.accounts, workspace, site_, start.clock, accounts::end_sessions) {}

    base::Result<> run() {
        auto server = origin_.read();
        if (!server) return std::unexpected(server.error());
        report_.from = name(server->kind);
        report_.findings = std::move(server->findings);
        if (const auto applied = start_.accounts->apply(site_); !applied) return applied;
        if (const auto done = keys(server->keys); !done) return done;
        if (server->has_certificates) certificate();
        for (const auto& account : server->accounts)
            if (const auto box = origin_.mailbox(account.address); box.maildir)
                all_mails_ += moving::count_mails(box.maildir, true);
        for (const auto& each : server->accounts)
            if (const auto done = account(each); !done) return done;
        for (const auto& stray : origin_.strays(server->accounts)) {
            // In a workspace that is this server's own by now, accounts are elsewhere.
            const auto address = base::EmailAddress::parse(stray.substr(stray.find('/') + 1));
            if (!address || !start_.accounts->has(*address).value_or(false))
                report_.findings.push_back({stray, "there is mail, but no account"});
        }
        return aliases(std::move(*server));
    }

  private:
    base::Result<> account(const moving::ForeignAccount& account);
    base::Result<> mail(const base::EmailAddress& address, const moving::Folder& home);
    base::Result<> make_account(const moving::ForeignAccount& account);
    base::Result<> aliases(moving::ForeignServer server);
    base::Result<> keys(const std::vector<moving::ForeignKey>& keys);
    void certificate();

    const moving::Origin& origin_;
    bootstrap::Start& start_;
    const accounts::Workspace& workspace_;
    const Installation& here_;
    moving::Ledger& ledger_;
    const ImportOptions& options_;
    ImportReport& report_;
    accounts::Site site_;
    accounts::Users users_;
    std::uint64_t all_mails_ = 0;
};

/// A mailbox that nobody uses yet is filled under a name that is no user's, so that no mail comes in between that would
/// take the UIDs of the old ones.
std::string staging_name(const base::EmailAddress& address) {
    return ".importing-" + address.local();
}

base::Result<> Import::account(const moving::ForeignAccount& account) {
    const auto address = *base::EmailAddress::parse(account.address);
    if (!std::ranges::contains(site_.domains, address.domain())) {
        report_.findings.push_back(
            {account.where,
             std::format("{} is in no domain of this server: add it to ADDITIONAL_DOMAINS, and import again",
                         account.address)});
        return {};
    }
    // Before any mail is moved to a home that would stay without its user.
    if (accounts::without_detail(account.address, site_.recipient_delimiter) != account.address) {
        report_.findings.push_back(
            {account.where,
             std::format("the name of {} has what separates a detail here (RECIPIENT_DELIMITER)", account.address)});
        return {};
    }
    const auto has = start_.accounts->has(address);
    if (!has) return std::unexpected(has.error());
    const auto problem = [&] {
        return base::fail(std::format("cannot make the mailbox of {}: {}", address.str(), base::errno_text(errno)));
    };
    const auto owner = workspace_.mail_owner;
    bool was_there = false;
    if (const auto made = sys::ensure_directory(workspace_.inboxes(), {.mode = 0755, .owner = owner}); !made)
        return made;
    const moving::Folder domain =
        accounts::enter_or_make(accounts::open_inboxes(workspace_), address.domain().str(), 0755, owner, was_there);
    if (!domain) return problem();
    const bool staged = !*has && !domain.enter(address.str());
    const moving::Folder home =
        accounts::enter_or_make(domain, staged ? staging_name(address) : address.str(), 0700, owner, was_there);
    if (!home) return problem();
    if (const auto done = mail(address, home); !done) return done;
    if (staged && ::renameat(domain.get(), staging_name(address).c_str(), domain.get(), address.str().c_str()) != 0)
        return problem();
    if (*has) {
        ++report_.accounts.before;
        return {};
    }
    return make_account(account);
}

base::Result<> Import::mail(const base::EmailAddress& address, const moving::Folder& home) {
    const auto box = origin_.mailbox(address.str());
    if (box.maildir) {
        bool was_there = false;
        const moving::Folder maildir = accounts::enter_or_make(home, "Maildir", 0700, workspace_.mail_owner, was_there);
        if (!maildir)
            return base::fail(
                std::format("cannot make the Maildir of {}: {}", address.str(), base::errno_text(maildir.problem())));
        moving::MailImport import{.maildir = maildir,
                                  .account = address.str(),
                                  .style = folder_style(start_.settings),
                                  .owner = workspace_.mail_owner,
                                  .ledger = ledger_,
                                  .where = box.where,
                                  .on_mail = [&] { options_.on_mail(all_mails_); }};
        const auto done = import.maildir_with_folders(box.maildir, {});
        report_.add(import);
        if (!done) return done;
    }
    return moving::bring_scripts(home, box.scripts, workspace_.mail_owner, address.str(), report_.scripts,
                                 report_.findings);
}

base::Result<> Import::make_account(const moving::ForeignAccount& account) {
    // Without a scheme it is what crypt(3) makes, as in Dovecot's own passwd-files.
    const auto hash = (account.hash.starts_with('$') ? "{CRYPT}" : "") + account.hash;
    auto added = users_.add_with_hash(account.address, hash);
    if (!added && accounts::check_hash(hash).has_value() == false && !base::upper(hash).starts_with("{PLAIN}")) {
        const auto why = accounts::check_hash(hash).error().text;
        const auto password = crypto::random_password();
        if (!password) return std::unexpected(password.error());
        added = users_.add(account.address, *password);
        if (added)
            report_.findings.push_back(
                {account.where,
                 std::format("{}: the account was made without its password; give it one: ./user.sh passwd {}", why,
                             account.address)});
    }
    if (!added && added.error().kind == base::ErrorKind::usage) {
        report_.findings.push_back({account.where, added.error().text});
        return {};
    }
    if (!added) return std::unexpected(added.error());
    ++report_.accounts.brought;
    if (!account.quota) return {};
    const auto set = users_.set_quota(account.address, account.quota);
    return set ? base::Result<>{} : std::unexpected(set.error());
}

base::Result<> Import::aliases(moving::ForeignServer server) {
    if (const auto made = accounts::ensure_aliases_file(workspace_); !made) return made;
    const auto own = base::Domain::parse(server.domain);
    moving::qualify(server.aliases, own ? own->str() : site_.domains.front().str());
    const auto accounts = start_.accounts->addresses();
    if (!accounts) return std::unexpected(accounts.error());
    for (const auto& alias : server.aliases)
        if (accounts->contains(alias.source) && !std::ranges::contains(alias.targets, alias.source))
            report_.findings.push_back(
                {alias.where, std::format("{} is an account, too: here a copy of its mail stays in it", alias.source)});
    moving::MergedAliases merged;
    accounts::AliasBook book(*start_.accounts, workspace_, site_);
    const auto done = book.edit([&](const std::string& text) {
        // A file with mistakes stays as it is, and the edit fails with them.
        if (!accounts::parse_aliases(text, site_, *accounts)) return text;
        merged = moving::merge_aliases(text, server.aliases, site_, *accounts);
        return merged.text;
    });
    if (!done) {
        report_.findings.push_back({"aliases", "none was brought over: " + done.error().text});
        return {};
    }
    report_.aliases = {.brought = merged.brought, .before = merged.before};
    report_.findings.insert(report_.findings.end(), merged.findings.begin(), merged.findings.end());
    return {};
}

base::Result<> Import::keys(const std::vector<moving::ForeignKey>& keys) {
    const auto place = bootstrap::dkim_keys(start_.settings, here_);
    if (!place) return std::unexpected(place.error());
    for (const auto& key : keys)
        for (const auto& domain : site_.domains) {
            if (!key.domain.empty() && key.domain != domain.str()) continue;
            const auto adopted = dkim::adopt_key(*place, domain, key.selector, key.private_key,
                                                 options_.replace_dkim_keys, start_.clock.now());
            if (!adopted) {
                report_.findings.push_back({key.where, adopted.error().text});
                break;
            }
            if (*adopted == dkim::Adopted::conflict)
                report_.findings.push_back(
                    {key.where,
                     std::format("{} signs with another key of this selector, made here. If the DNS still has "
                                 "the old server's, run the import again with --replace-dkim-keys",
                                 domain.str())});
            else
                report_.keys.push_back(std::format("{} of {} {}", key.selector, domain.str(),
                                                   *adopted == dkim::Adopted::there ? "was here already"
                                                   : *adopted == dkim::Adopted::announced
                                                       ? "signs as soon as its record is seen in the DNS"
                                                       : "signs"));
        }
    return {};
}

void Import::certificate() {
    const auto& host = start_.settings.hostname;
    const auto pair = certs::load({.letsencrypt = options_.folder / "etc/letsencrypt", .hostname = host});
    if (!pair) {
        report_.findings.push_back({"etc/letsencrypt", "no certificate was brought over: " + pair.error().text});
        return;
    }
    const auto now = start_.clock.now();
    const auto until = pair->leaf().not_after;
    if (until <= now) {
        report_.findings.push_back({"etc/letsencrypt", "the certificate has expired; a new one is asked for"});
        return;
    }
    const certs::LiveFolder live{.letsencrypt = start_.certificates().letsencrypt(), .hostname = host};
    if (const auto present = certs::load(live); present && present->leaf().not_after >= until) {
        report_.certificate = "one that is as good was here already";
        return;
    }
    if (const auto done = certs::install(live, *pair, now); !done) {
        report_.findings.push_back({"etc/letsencrypt", done.error().text});
        return;
    }
    report_.certificate = std::format("of {}, good until {:%F}", host.str(), until);
}

std::string counted(std::string_view what, std::uint64_t brought, std::uint64_t before, std::string_view more = "") {
    return std::format("  {:<14} {} brought over{}{}\n", what, brought,
                       before ? std::format(", {} here already", before) : "", more);
}

}  // namespace

moving::FolderStyle folder_style(const settings::Settings& settings) {
    return {.tree = settings.mailboxes.layout == settings::MailboxLayout::fs,
            .utf8 = settings.mailboxes.utf8_names,
            .separator = settings.mailboxes.separator};
}

void ImportReport::add(const moving::MailImport& import) {
    mail.brought += import.tally.brought;
    mail.before += import.tally.before;
    mail.refused += import.tally.refused;
    findings.insert(findings.end(), import.findings.begin(), import.findings.end());
}

std::string for_people(const ImportReport& report) {
    std::string text;
    if (!report.from.empty()) {
        text += std::format("From {}:\n", report.from);
        text += counted("accounts", report.accounts.brought, report.accounts.before);
        text += counted("aliases", report.aliases.brought, report.aliases.before);
    }
    text += counted("mails", report.mail.brought, report.mail.before,
                    report.mail.refused ? std::format(", {} not possible", report.mail.refused) : "");
    if (report.scripts.brought + report.scripts.before > 0)
        text += counted("Sieve scripts", report.scripts.brought, report.scripts.before);
    for (const auto& key : report.keys) text += std::format("  {:<14} {}\n", "DKIM key", key);
    if (!report.certificate.empty()) text += std::format("  {:<14} {}\n", "certificate", report.certificate);
    if (!report.findings.empty()) text += "To be looked at:\n";
    for (const auto& finding : report.findings)
        text += std::format("  {}: {}\n", finding.where, base::printable(finding.why, 600));
    return text;
}

std::string as_json(const ImportReport& report) {
    const auto count = [](std::uint64_t brought, std::uint64_t before) {
        return json::object({{"brought", brought}, {"before", before}});
    };
    auto mails = count(report.mail.brought, report.mail.before);
    mails.set("refused", report.mail.refused);
    auto keys = json::array(), findings = json::array();
    for (const auto& key : report.keys) keys.add(key);
    for (const auto& finding : report.findings)
        findings.add(json::object({{"where", finding.where}, {"why", finding.why}}));
    return json::dump(json::object({{"from", report.from},
                                    {"accounts", count(report.accounts.brought, report.accounts.before)},
                                    {"aliases", count(report.aliases.brought, report.aliases.before)},
                                    {"mails", mails},
                                    {"scripts", count(report.scripts.brought, report.scripts.before)},
                                    {"dkim_keys", keys},
                                    {"certificate", report.certificate},
                                    {"findings", findings}}),
                      2) +
           "\n";
}

base::Result<> import_server(const moving::Origin& origin, bootstrap::Start& start,
                             const accounts::Workspace& workspace, const Installation& here, moving::Ledger& ledger,
                             const ImportOptions& options, ImportReport& report) {
    return Import(origin, start, workspace, here, ledger, options, report).run();
}

}  // namespace app
