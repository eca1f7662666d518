#pragma once
/// A password tried on a web page, by the same rules as those of mail programs: asked of the login guard before, told
/// to it after.
#include <functional>
#include <string>

#include "base/error.h"
#include "base/secret.h"
#include "policy/login_guard.h"

namespace app {

struct WebLogin {
    std::string login;   ///< lower case
    std::string client;  ///< numeric address
    const base::Secret& password;
};

/// What `judge` says, or false when the guard refuses the try. `nonce` is Dovecot's, so that both mean the same
/// password.
base::Result<bool> guarded_login(policy::LoginGuard& guard, const std::string& nonce, const WebLogin& login,
                                 const std::function<base::Result<bool>()>& judge);

}  // namespace app
