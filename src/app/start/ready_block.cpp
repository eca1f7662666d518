#include "app/start/ready_block.h"

#include <format>

#include "base/text.h"

namespace app {

std::string ready_block(const settings::Settings& settings, const ReadyFacts& facts) {
    std::vector<std::string> domains;
    for (const auto& domain : settings.domains()) domains.push_back(domain.str());
    std::string block =
        std::format("\nREADY: {} accepts mail for {}\n\n", settings.hostname.str(), base::join(domains, ", "));
    const auto row = [&](std::string_view name, std::string_view text) {
        block += std::format("  {:<14}{}\n", name, text);
    };
    row("First account", settings.admin_account().str());
    if (facts.first_password) {
        row("Password", std::format("'{}'", facts.first_password->reveal()));
        row("", "Shown this once. Only what stands between the quotes is the password.");
    }
    row("Mail programs", std::format("server {}, user name = the whole mail address", settings.hostname.str()));
    row("", "IMAP: port 993 (SSL/TLS) or 143 (STARTTLS)");
    if (settings.pop3) row("", "POP3: port 995 (SSL/TLS) or 110 (STARTTLS)");
    row("", "SMTP: port 465 (SSL/TLS) or 587 (STARTTLS)");
    if (settings.managesieve) row("", "Filter rules (ManageSieve): port 4190 (STARTTLS)");
    if (!facts.certificate.empty()) row("Certificate", facts.certificate);
    row("Next", "./dns_check.sh   tells which DNS records are missing");
    row("", std::format("./user.sh add jens@{}   makes an account", settings.domain.str()));
    return block;
}

}  // namespace app
