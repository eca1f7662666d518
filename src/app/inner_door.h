#pragma once
/// The inner door of the running server: what the engines ask the supervisor, and the last logins it learns from them.
#include <memory>
#include <set>

#include "accounts/site.h"
#include "app/common/command.h"
#include "base/clock.h"
#include "base/secret.h"
#include "outbound/guard.h"
#include "policy/login_guard.h"
#include "settings/settings.h"

namespace app {

/// The domains and names whose mail stays on this server.
std::set<base::Domain> served_domains(const settings::Settings& settings);

/// Open until destruction; then the logins that are not on disk yet are written.
class InnerDoor {
  public:
    /// All references must outlive the object.
    static base::Result<InnerDoor> open(const settings::Settings& settings, const accounts::Site& site,
                                        const Installation& here, const base::Secret& key, const base::Clock& clock,
                                        outbound::Guard& outbound);
    InnerDoor(InnerDoor&&) noexcept;
    ~InnerDoor();

    /// Who may try a password; for the account page.
    policy::LoginGuard& logins();

  private:
    struct Impl;
    explicit InnerDoor(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace app
