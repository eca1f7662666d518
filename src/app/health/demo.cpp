#include "app/health/demo.h"

#include <chrono>
#include <format>
#include <iostream>

#include "app/health/round_trip.h"
#include "base/text.h"
#include "crypto/password.h"

namespace app {
namespace {

constexpr std::chrono::seconds longest_delivery{30};

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
    const auto sent = net::submit(
        server, address, address,
        round_trip_mail("Demo", address, message_id, "It works",
                        "This mail went in over port 465, through the spam filter, was signed with DKIM,\r\n"
                        "delivered into the mailbox, and read back over port 993.\r\n",
                        base::RealClock().now()));
    if (!sent) return sent;
    std::cout << "Sent a mail to it over port 465; read back over port 993:\n\n";
    const auto read = wait_for_message(server, message_id, longest_delivery, {});
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
