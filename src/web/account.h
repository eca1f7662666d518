#pragma once
/// https://HOSTNAME/account/: the owner of an account changes the password, makes and revokes app passwords, and sees
/// storage and addresses. Plain forms, no script. Whether an account exists shows neither in an answer nor in the time
/// it takes. A session ends by itself, at logout, and when the account is disabled or gets another password, whoever
/// did it.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "net/http_server.h"
#include "web/account_pages.h"
#include "web/directory.h"
#include "web/form.h"
#include "web/page.h"
#include "web/rate_limit.h"
#include "web/session.h"

namespace web {

struct AccountOptions {
    std::vector<std::string> origins;    ///< "https://mail.example.org": where browsers find us
    std::vector<std::string> protocols;  ///< that app passwords are offered for
    TransportSecurity transport = TransportSecurity::leave;
};

/// Safe from any thread.
class AccountSite {
  public:
    static constexpr std::size_t most_app_passwords = 30;

    /// `directory` and `clock` must outlive the object.
    AccountSite(AccountOptions options, AccountDirectory& directory, const base::Clock& clock)
        : options_(std::move(options)), directory_(directory), sessions_(clock), limits_(clock) {}

    /// The answer to a request whose path is /account or below.
    net::HttpResponse answer(const net::HttpRequest& request);

  private:
    /// Whose request it is.
    struct Visitor {
        std::string id;  ///< of the session
        base::EmailAddress address;
        Session session;
        std::string client;
    };

    net::HttpResponse get(const net::HttpRequest& request);
    net::HttpResponse post(const net::HttpRequest& request);
    base::Result<std::optional<Visitor>> visitor(const net::HttpRequest& request);

    net::HttpResponse login_form(const net::HttpRequest& request, int status, LoginPage page);
    net::HttpResponse log_in(const net::HttpRequest& request, const Form& form);
    net::HttpResponse change_password(const Visitor& visitor, const Form& form);
    net::HttpResponse add_app_password(const Visitor& visitor, const Form& form);
    net::HttpResponse revoke_app_password(const Visitor& visitor, const Form& form);
    net::HttpResponse log_out(const Visitor& visitor);

    /// The account's page; `page` has what is special this time.
    net::HttpResponse account_page(const Visitor& visitor, int status, AccountPage page);
    net::HttpResponse not_done(const Visitor& visitor, int status, std::string fault);
    net::HttpResponse not_done(const Visitor& visitor, const base::Error& error);
    net::HttpResponse trouble(const base::Error& error);
    net::HttpResponse refused(int status, std::string heading, std::string text);

    /// What a try with a password led to.
    struct Verdict {
        std::string credential;                    ///< not empty: the password is right
        std::optional<std::chrono::seconds> wait;  ///< the try was refused
    };
    base::Result<Verdict> try_password(const base::EmailAddress& address, const std::string& client,
                                       const base::Secret& password);
    PageKind kind(int status) const;

    AccountOptions options_;
    AccountDirectory& directory_;
    Sessions sessions_;
    LoginLimits limits_;
};

}  // namespace web
