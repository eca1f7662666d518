#include "app/demo.h"

#include <chrono>
#include <format>
#include <iostream>
#include <thread>

#include "accounts/store.h"
#include "accounts/users.h"
#include "base/clock.h"
#include "base/text.h"
#include "bootstrap/start.h"
#include "crypto/password.h"
#include "net/mail_client.h"

namespace app {
namespace {

constexpr std::chrono::seconds longest_delivery{30};
constexpr std::chrono::milliseconds look_again{100};

std::string demo_message(const std::string& address, const std::string& message_id) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return std::format(
        "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\n"
        "From: Demo <{}>\r\n"
        "To: Demo <{}>\r\n"
        "Message-ID: <{}>\r\n"
        "Subject: It works\r\n"
        "\r\n"
        "This mail went in over port 465, through the spam filter, was signed with DKIM,\r\n"
        "delivered into the mailbox, and read back over port 993.\r\n",
        now, address, address, message_id);
}

base::Result<std::string> wait_for_message(const net::MailServer& server, const std::string& message_id) {
    const auto deadline = std::chrono::steady_clock::now() + longest_delivery;
    for (;;) {
        auto found = net::fetch_by_message_id(server, message_id);
        if (found || found.error().kind != base::ErrorKind::not_found) return found;
        if (std::chrono::steady_clock::now() > deadline)
            return base::fail("the demo mail was accepted, but is not in the mailbox after 30 seconds",
                              "The container's log tells what happened to it.");
        std::this_thread::sleep_for(look_again);
    }
}

/// demo@<DOMAIN> with this password, whether or not an earlier demo made it.
base::Result<> prepare_account(const std::string& address, const base::Secret& password,
                               const settings::Settings& settings, const Installation& here) {
    const auto workspace = bootstrap::workspace_of(settings, here.workspace);
    const auto site = bootstrap::site_of(settings);
    const base::RealClock clock;
    auto store = accounts::Store::open(workspace.database());
    if (!store) return std::unexpected(store.error());
    accounts::Users users(*store, workspace, site, clock, accounts::end_sessions);
    const auto added = users.add(address, password);
    if (added) return {};
    if (added.error().kind != base::ErrorKind::exists) return std::unexpected(added.error());
    if (const auto changed = users.set_password(address, password); !changed) return std::unexpected(changed.error());
    return {};
}

base::Result<> show_demo(const settings::Settings& settings, const Installation& here) {
    const std::string address = "demo@" + settings.domain.str();
    const auto token = crypto::random_token(12);
    if (!token) return std::unexpected(token.error());
    auto password = crypto::random_password();
    if (!password) return std::unexpected(password.error());
    const std::string message_id = std::format("demo-{}@{}", *token, settings.hostname.str());
    const net::MailServer server{.hostname = settings.hostname.str(),
                                 .address = "127.0.0.1",
                                 .ca_file = here.certificate(),
                                 .user = address,
                                 .password = std::move(*password)};
    if (const auto made = prepare_account(address, server.password, settings, here); !made) return made;
    std::cout << std::format("\nDemo account   {}\nPassword       '{}'\n", address, server.password.reveal());
    const auto sent = net::submit(server, address, address, demo_message(address, message_id));
    if (!sent) return sent;
    std::cout << "Sent a mail to it over port 465; read back over port 993:\n\n";
    const auto read = wait_for_message(server, message_id);
    if (!read) return std::unexpected(read.error());
    for (auto line : base::split(base::trim(*read), '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        std::cout << "  | " << base::printable(base::replace_all(std::string(line), "\t", "    ")) << '\n';
    }
    std::cout << std::flush;
    return {};
}

}  // namespace

base::ExitCode demo_command(Arguments arguments, const settings::Settings& settings, const Installation& here) {
    if (!arguments.empty()) return report(usage_error("demo", ""));
    const auto shown = show_demo(settings, here);
    return shown ? base::ExitCode::ok : report(shown.error());
}

}  // namespace app
