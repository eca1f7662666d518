#include "bootstrap/start.h"

#include <filesystem>
#include <format>

#include "accounts/integrity.h"
#include "accounts/schema.h"
#include "accounts/users.h"
#include "base/log.h"
#include "base/text.h"
#include "bootstrap/mailboxes.h"
#include "bootstrap/overrides.h"
#include "bootstrap/resolv_conf.h"
#include "bootstrap/signing.h"
#include "bootstrap/upgrade.h"
#include "certs/dh.h"
#include "crypto/password.h"
#include "engines/all.h"
#include "engines/inner_door.h"
#include "engines/rspamd/rspamd.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

base::Result<bool> always() {
    return true;
}

base::Result<std::string> make_folders(const Start& start) {
    for (const auto& [folder, mode] : {std::pair("/etc/mailserver", 0755u), std::pair("/etc/postfix", 0755u),
                                       std::pair("/etc/dovecot", 0755u), std::pair("/etc/dovecot/sieve", 0755u),
                                       std::pair("/mail/inboxes", 0755u), std::pair("/var/lib/mailserver", 0700u)})
        if (const auto made = sys::ensure_directory(start.paths.workspace + folder, {.mode = mode}); !made)
            return std::unexpected(made.error());
    if (const auto made = ensure_override_folder(start.paths); !made) return std::unexpected(made.error());
    return "ready";
}

base::Result<std::string> ask_local_resolver() {
    if (const auto used = use_local_resolver(); !used) return std::unexpected(used.error());
    return "ready";
}

base::Result<std::string> bring_up_to_date(const Start& start) {
    return upgrade_workspace(
        start.paths.workspace,
        {.version = start.version, .steps = workspace_steps(), .accounts_schema = accounts::schema().size()},
        start.clock.now());
}

// ---- accounts ---------------------------------------------------------------------------------------------------

base::Result<std::string> open_accounts(Start& start) {
    auto store = accounts::open_at_start(start.workspace());
    if (!store) return std::unexpected(store.error());
    start.accounts.emplace(std::move(*store));
    const auto all = start.accounts->addresses();
    if (!all) return std::unexpected(all.error());
    return std::format("{} account{}", all->size(), all->size() == 1 ? "" : "s");
}

base::Result<std::string> check_mailboxes(Start& start) {
    const auto addresses = start.accounts->addresses();
    if (!addresses) return std::unexpected(addresses.error());
    return keep_mailboxes(start.settings, start.workspace(), {addresses->begin(), addresses->end()});
}

base::Result<bool> lacks_admin(Start& start) {
    const auto there = start.accounts->has(start.settings.admin_account());
    if (!there) return std::unexpected(there.error());
    return !*there;
}

/// The password file is written before the account is made: after a kill in between there is a file for a password
/// that the next start replaces, never an account with a password nobody has seen.
base::Result<std::string> make_admin(Start& start) {
    base::Secret password = start.settings.admin_user_initial_password;
    const bool chosen = !password.empty();
    if (!chosen) {
        auto made = crypto::random_password();
        if (!made) return std::unexpected(made.error());
        password = *made;
        const auto kept = sys::write_file(start.paths.first_password(), password.reveal() + "\n", {.mode = 0600});
        if (!kept) return std::unexpected(kept.error());
    }
    const auto workspace = start.workspace();
    const auto site = site_of(start.settings);
    accounts::Users users(*start.accounts, workspace, site, start.clock, [](const base::EmailAddress&) {});
    const auto added = users.add(start.settings.admin_account().str(), password);
    if (!added) return std::unexpected(added.error());
    return std::format("made {}{}", start.settings.admin_account().str(),
                       chosen ? " with the password of settings.env" : "");
}

/// postmaster@ and abuse@, the refused addresses of the settings, and the operator's own aliases. A bad aliases file
/// must not stop mail: what was in force stays in force, and `user.sh update-aliases` tells the same.
base::Result<std::string> put_aliases_in_force(Start& start) {
    const auto workspace = start.workspace();
    const auto site = site_of(start.settings);
    if (const auto applied = start.accounts->apply(site); !applied) return std::unexpected(applied.error());
    std::vector<accounts::Reject> rejects;
    for (const auto& pattern : start.settings.reject_senders)
        rejects.push_back({.kind = accounts::RejectKind::sender, .pattern = pattern});
    for (const auto& pattern : start.settings.reject_recipients)
        rejects.push_back({.kind = accounts::RejectKind::recipient, .pattern = pattern});
    if (const auto set = start.accounts->set_rejects_of_settings(rejects); !set) return std::unexpected(set.error());
    if (const auto made = accounts::ensure_aliases_file(workspace); !made) return std::unexpected(made.error());
    accounts::AliasBook aliases(*start.accounts, workspace, site);
    const auto updated = aliases.update();
    if (!updated) {
        base::log("accounts", updated.error().text);
        if (const auto tables = aliases.write_pattern_tables(); !tables) return std::unexpected(tables.error());
        return "the aliases file has mistakes, the aliases stay as they were; see ./user.sh update-aliases";
    }
    return std::format("{} from the aliases file", *updated);
}

// ---- keys -------------------------------------------------------------------------------------------------------

base::Result<std::string> make_dkim_keys(const Start& start) {
    const auto keys = dkim_keys(start.settings, start.paths);
    if (!keys) return std::unexpected(keys.error());
    std::string made_for;
    for (const auto& domain : start.settings.domains()) {
        const auto ensured = dkim::ensure_keys(*keys, domain, start.clock.now());
        if (!ensured) return std::unexpected(ensured.error());
        if (*ensured == dkim::Ensured::there) continue;
        made_for += (made_for.empty() ? "made for " : ", ") + domain.str();
    }
    if (const auto written = write_signing(start.settings, start.paths); !written)
        return std::unexpected(written.error());
    return made_for.empty() ? "as before" : made_for;
}

/// An empty file is none: with it PostSRSd runs, and rewrites nothing.
base::Result<bool> lacks_secret(bool wanted, const std::string& file) {
    if (!wanted) return false;
    const auto secret = sys::read_file(file);
    if (!secret && secret.error().kind != base::ErrorKind::not_found) return std::unexpected(secret.error());
    return !secret || base::trim(*secret).empty();
}

/// One line; nobody but root enters a folder that was made for it.
base::Result<std::string> make_secret(const std::filesystem::path& file, mode_t folder_mode) {
    const auto secret = crypto::random_token(32);
    if (!secret) return std::unexpected(secret.error());
    if (const auto made = sys::ensure_directory(file.parent_path(), {.mode = folder_mode}); !made)
        return std::unexpected(made.error());
    if (const auto kept = sys::write_file(file, *secret + "\n", {.mode = 0600}); !kept)
        return std::unexpected(kept.error());
    return "made";
}

base::Result<std::string> make_dh_parameters(const Start& start) {
    const auto ensured = certs::ensure_dh(start.paths.dh_parameters(), start.settings.dh_params);
    if (!ensured) return std::unexpected(ensured.error());
    return start.settings.dh_params == settings::DhParams::generate ? "own ones are made in the background"
                                                                    : "RFC 7919";
}

// ---- engines ----------------------------------------------------------------------------------------------------

/// Puts what the image has of the filter's compiled patterns where the filter adds its own.
base::Result<std::string> copy_patterns(const Start& start) {
    namespace fs = std::filesystem;
    const fs::path from = "/var/cache/mailserver/hyperscan", to = engines::compiled_patterns(start.paths);
    if (const auto made = sys::ensure_directory(to); !made) return std::unexpected(made.error());
    std::error_code error;
    int copied = 0;
    for (const auto& entry : fs::directory_iterator(from, error)) {
        const auto target = to / entry.path().filename();
        if (fs::exists(target, error)) continue;
        const auto half = target.string() + ".copy";
        fs::copy_file(entry.path(), half, fs::copy_options::overwrite_existing, error);
        if (!error) fs::permissions(half, fs::perms(0644), error);  // root's, for the filter to read
        if (!error) fs::rename(half, target, error);
        if (error) {
            const auto reason = error.message();
            fs::remove(half, error);
            return "cannot be copied (" + reason + "): the filter compiles them itself";
        }
        ++copied;
    }
    return copied == 0 ? "as before" : "copied";
}

base::Result<> make_inner_key(Start& start) {
    const auto key = crypto::random_token(32), nonce = crypto::random_token(16);
    if (!key) return std::unexpected(key.error());
    if (!nonce) return std::unexpected(nonce.error());
    start.inner_key = base::Secret(*key);
    start.login_nonce = *nonce;
    for (const auto& file : engines::inner_key_files(start.paths, start.inner_key, start.login_nonce))
        if (const auto written = sys::write_file(file.path, file.content, {.mode = file.mode}); !written)
            return written;
    return {};
}

base::Result<std::string> configure_engines(Start& start) {
    // Once: the inner door stays open with the first one when engines are configured again.
    if (start.inner_key.empty())
        if (const auto made = make_inner_key(start); !made) return std::unexpected(made.error());
    const auto all = engines::all(start.settings, start.paths);
    if (!all) return std::unexpected(all.error());
    start.engines.clear();
    start.overrides.clear();
    std::string checked;
    for (const auto& engine : *all) {
        const auto refused = start.refused_overrides.find(engine.name);
        auto done = configure_with_overrides(engine, start.paths, start.build,
                                             refused == start.refused_overrides.end() ? "" : refused->second);
        if (!done) return std::unexpected(done.error());
        if (done->checked) checked += (checked.empty() ? "checked " : ", ") + engine.name;
        start.engines.push_back(std::move(done->engine));
        start.overrides.push_back(std::move(done->overrides));
    }
    return checked.empty() ? "as before" : checked;
}

}  // namespace

accounts::Site site_of(const settings::Settings& settings) {
    return {.domains = settings.domains(),
            .hostname = settings.hostname,
            .administrator = settings.admin_account(),
            .recipient_delimiter = settings.recipient_delimiter,
            .directory = settings.ldap.enabled() ? std::make_shared<directory::Directory>(settings.ldap) : nullptr};
}

accounts::Workspace workspace_of(const settings::Settings& settings, const std::filesystem::path& root) {
    return {.root = root, .index_dir = settings.mailboxes.index_dir};
}

std::vector<Step> opening_steps(Start& start) {
    return {
        {"workspace", always, [&start] { return make_folders(start); }},
        {"upgrade", always, [&start] { return bring_up_to_date(start); }},
        {"accounts", always, [&start] { return open_accounts(start); }},
        {"mailboxes", always, [&start] { return check_mailboxes(start); }},
    };
}

std::vector<Step> start_steps(Start& start) {
    auto steps = opening_steps(start);
    const std::vector<Step> rest{
        {"resolver", always, [] { return ask_local_resolver(); }},
        {"admin account", [&start] { return lacks_admin(start); }, [&start] { return make_admin(start); }},
        {"aliases", always, [&start] { return put_aliases_in_force(start); }},
        {"DKIM keys", always, [&start] { return make_dkim_keys(start); }},
        {"SRS secret", [&start] { return lacks_secret(start.settings.srs, start.paths.srs_secret()); },
         [&start] { return make_secret(start.paths.srs_secret(), 0755); }},
        {"metrics token", [&start] { return lacks_secret(start.settings.metrics, start.paths.metrics_token()); },
         [&start] { return make_secret(start.paths.metrics_token(), 0700); }},
        {"DH parameters", always, [&start] { return make_dh_parameters(start); }},
        {"certificate", always, [&start] { return start.prepare_certificate(); }},
        {"filter patterns", always, [&start] { return copy_patterns(start); }},
        engine_configuration(start),
    };
    steps.insert(steps.end(), rest.begin(), rest.end());
    return steps;
}

Step engine_configuration(Start& start) {
    return {"engine configuration", always, [&start] { return configure_engines(start); }};
}

}  // namespace bootstrap
