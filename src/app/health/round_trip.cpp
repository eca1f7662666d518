#include "app/health/round_trip.h"

#include <format>
#include <thread>

#include "accounts/store.h"
#include "accounts/users.h"
#include "bootstrap/start.h"

namespace app {
namespace {

constexpr std::chrono::milliseconds look_again{100};

}  // namespace

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

std::string round_trip_mail(std::string_view name, const std::string& address, const std::string& message_id,
                            std::string_view subject, std::string_view text, base::SystemTime now) {
    return std::format(
        "Date: {:%a, %d %b %Y %H:%M:%S} +0000\r\n"
        "From: {} <{}>\r\n"
        "To: {} <{}>\r\n"
        "Message-ID: <{}>\r\n"
        "Subject: {}\r\n"
        "\r\n"
        "{}",
        now, name, address, name, address, message_id, subject, text);
}

base::Result<std::string> wait_for_message(const net::MailServer& server, const std::string& message_id,
                                           std::chrono::seconds longest, const std::stop_token& stop) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    for (;;) {
        auto found = net::fetch_by_message_id(server, message_id);
        if (found || found.error().kind != base::ErrorKind::not_found) return found;
        if (stop.stop_requested() || std::chrono::steady_clock::now() > deadline)
            return base::fail(
                std::format("the mail was accepted, but is not in the mailbox after {} seconds", longest.count()),
                "The container's log tells what happened to it.");
        std::this_thread::sleep_for(look_again);
    }
}

}  // namespace app
