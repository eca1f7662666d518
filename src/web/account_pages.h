#pragma once
/// The pages of /account/, from what they show. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "net/http_server.h"
#include "web/directory.h"
#include "web/page.h"
#include "web/session.h"

namespace web {

struct LoginPage {
    std::string csrf;
    std::string address;  ///< what was typed before
    std::string notice, fault;
};

struct AccountPage {
    base::EmailAddress address;
    std::string csrf;
    AccountView view;
    std::vector<std::string> protocols;  ///< those app passwords are offered for
    std::optional<Notice> notice;
    std::string fault;
    std::string new_name;             ///< what was typed before
    std::vector<std::string> chosen;  ///< ticked protocols
};

net::HttpResponse show(const PageKind& kind, const LoginPage& page);
net::HttpResponse show(const PageKind& kind, const AccountPage& page);

/// A page that only says something.
net::HttpResponse message_page(const PageKind& kind, std::string heading, std::string text);

}  // namespace web
