#pragma once
/// The accounts as the account page sees them.
#include <cstdint>
#include <map>

#include "accounts/site.h"
#include "accounts/users.h"
#include "accounts/workspace.h"
#include "base/clock.h"
#include "logins/store.h"
#include "policy/login_guard.h"
#include "web/directory.h"

namespace app {

/// Opens the store anew for each call: a Store belongs to one thread, and what another process changed counts at once.
class AccountDirectory final : public web::AccountDirectory {
  public:
    /// `default_quota` in octets, 0: no limit. `guard` is asked about each password, whose hash has the nonce of
    /// Dovecot's in it, so that both mean the same password. Clock and guard must outlive the object.
    AccountDirectory(accounts::Workspace workspace, accounts::Site site, std::uint64_t default_quota,
                     const base::Clock& clock, accounts::Users::EndSessions end_sessions, policy::LoginGuard& guard,
                     std::string hash_nonce)
        : workspace_(std::move(workspace)),
          site_(std::move(site)),
          default_quota_(default_quota),
          clock_(clock),
          end_(std::move(end_sessions)),
          guard_(guard),
          hash_nonce_(std::move(hash_nonce)) {}

    base::Result<bool> is_login(const base::EmailAddress& address, const base::Secret& password,
                                const std::string& client) override;
    base::Result<std::optional<std::string>> credential(const base::EmailAddress& address) override;
    base::Result<web::AccountView> show(const base::EmailAddress& address) override;
    base::Result<> set_password(const base::EmailAddress& address, const base::Secret& password) override;
    base::Result<base::Secret> add_app_password(const base::EmailAddress& address, const std::string& name,
                                                const std::vector<std::string>& protocols) override;
    base::Result<> revoke_app_password(const base::EmailAddress& address, const std::string& name) override;

    /// The user name for who was told this address: its own account, or that of the same name in the domain it is an
    /// alias of; without a detail. An address that is neither is its own user name, so that the answer tells who has an
    /// account only in a domain that has accounts and is an alias as well.
    base::EmailAddress login_of(const base::EmailAddress& address) const;
    base::Domain login_domain(const base::Domain& domain) const;

  private:
    /// Name → last use; empty when nothing is known.
    std::map<std::string, logins::Visit> app_password_uses(const base::EmailAddress& address) const;
    /// What `work` makes of the users.
    template <class Work>
    auto with_users(const Work& work) -> decltype(work(std::declval<accounts::Users&>()));

    accounts::Workspace workspace_;
    accounts::Site site_;
    std::uint64_t default_quota_;
    const base::Clock& clock_;
    accounts::Users::EndSessions end_;
    policy::LoginGuard& guard_;
    std::string hash_nonce_;
};

}  // namespace app
