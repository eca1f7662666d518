#include "app/user/account_directory.h"

#include <algorithm>

#include "accounts/alias.h"
#include "accounts/directory_users.h"
#include "accounts/store.h"
#include "app/common/guarded_login.h"
#include "crypto/digest.h"
#include "engines/engine.h"
#include "logins/ban_store.h"

namespace app {

template <class Work>
auto AccountDirectory::with_users(const Work& work) -> decltype(work(std::declval<accounts::Users&>())) {
    auto store = accounts::Store::open(workspace_.database());
    if (!store) return std::unexpected(store.error());
    accounts::Users users(*store, workspace_, site_, clock_, end_);
    return work(users);
}

std::map<std::string, logins::Visit> AccountDirectory::app_password_uses(const base::EmailAddress& address) const {
    auto store = logins::Store::open(engines::Paths{.workspace = workspace_.root}.logins_database());
    if (!store) return {};
    return store->app_password_uses(address.str()).value_or(std::map<std::string, logins::Visit>{});
}

base::EmailAddress AccountDirectory::login_of(const base::EmailAddress& address) const {
    const auto plain = base::EmailAddress::parse(accounts::without_detail(address.str(), site_.recipient_delimiter));
    auto store = accounts::Store::open(workspace_.database());
    if (!store || !plain || store->has(address).value_or(false)) return address;
    if (store->has(*plain).value_or(false)) return *plain;
    return {plain->local(), store->target_of(plain->domain()).value_or(plain->domain())};
}

base::Domain AccountDirectory::login_domain(const base::Domain& domain) const {
    auto store = accounts::Store::open(workspace_.database());
    if (!store) return domain;
    return store->target_of(domain).value_or(domain);
}

base::Result<bool> AccountDirectory::is_login(const base::EmailAddress& address, const base::Secret& password,
                                              const std::string& client) {
    const auto login = address.str();
    return guarded_login(guard_, hash_nonce_, {.login = login, .client = client, .password = password},
                         [&]() -> base::Result<bool> {
                             return with_users([&](accounts::Users& users) -> base::Result<bool> {
                                 const auto user = users.log_in(login, password);
                                 if (!user) return std::unexpected(user.error());
                                 return user->has_value();
                             });
                         });
}

base::Result<std::optional<std::string>> AccountDirectory::credential(const base::EmailAddress& address) {
    auto store = accounts::Store::open(workspace_.database());
    if (!store) return std::unexpected(store.error());
    const auto hash = store->hash_of(address);
    if (!hash) return std::unexpected(hash.error());
    if (!hash->empty()) return crypto::sha256(*hash);
    // The directory tells nothing about passwords: a session ends by its own time, or when the user is gone there.
    const auto people = accounts::directory_users(workspace_, site_, address);
    if (!people) return std::unexpected(people.error());
    const bool there = std::ranges::contains(*people, address.str(), &directory::Person::address);
    return there ? std::optional(crypto::sha256("directory " + address.str())) : std::nullopt;
}

base::Result<web::AccountView> AccountDirectory::show(const base::EmailAddress& address) {
    return with_users([&](accounts::Users& users) -> base::Result<web::AccountView> {
        auto shown = users.show(address.str());
        if (!shown) return std::unexpected(shown.error());
        web::AccountView view{.used = shown->user.inbox.octets,
                              .quota = shown->user.account.quota.value_or(default_quota_),
                              .app_passwords = {},
                              .takes_mail = !shown->user.account.send_only,
                              .has_own_password = !shown->user.from_directory,
                              .aliases = std::move(shown->aliases),
                              .senders = std::move(shown->senders)};
        const auto uses = app_password_uses(address);
        for (auto& one : shown->app_passwords) {
            const auto used = uses.find(one.name);
            view.app_passwords.push_back(
                {.name = one.name,
                 .protocols = std::move(one.protocols),
                 .created = one.created,
                 .last_used = used == uses.end() ? std::nullopt : std::optional(used->second.time)});
        }
        return view;
    });
}

base::Result<> AccountDirectory::set_password(const base::EmailAddress& address, const base::Secret& password) {
    return with_users([&](accounts::Users& users) -> base::Result<> {
        const auto done = users.set_password(address.str(), password);
        if (!done) return std::unexpected(done.error());
        logins::lift_bans_of(address.str(), engines::Paths{.workspace = workspace_.root}.bans_database());
        return {};
    });
}

base::Result<base::Secret> AccountDirectory::add_app_password(const base::EmailAddress& address,
                                                              const std::string& name,
                                                              const std::vector<std::string>& protocols) {
    return with_users([&](accounts::Users& users) { return users.add_app_password(address.str(), name, protocols); });
}

base::Result<> AccountDirectory::revoke_app_password(const base::EmailAddress& address, const std::string& name) {
    return with_users([&](accounts::Users& users) -> base::Result<> {
        const auto done = users.remove_app_password(address.str(), name);
        if (!done) return std::unexpected(done.error());
        if (auto store = logins::Store::open(engines::Paths{.workspace = workspace_.root}.logins_database()))
            (void)store->forget_app_password(address.str(), name);
        return {};
    });
}

}  // namespace app
