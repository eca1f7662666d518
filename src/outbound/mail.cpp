#include "outbound/mail.h"

#include "base/text.h"

namespace outbound {

base::Result<Mail> parse_mail(std::string_view body) {
    Mail mail;
    for (const auto line : base::split(body, '\n')) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto name = line.substr(0, colon), value = line.substr(colon + 1);
        if (name == "account") mail.account = base::lower(value);
        if (name == "queue-id") mail.queue_id = std::string(value);
        if (name == "client") mail.client = std::string(value);
        if (name == "subject") mail.subject = base::printable(value, 200);
        if (name == "recipient") mail.recipients.emplace_back(value);
    }
    if (mail.account.empty()) return base::fail("cannot read the question: it names no account");
    return mail;
}

std::vector<std::string> recipients_outside(const Mail& mail, const std::set<base::Domain>& served) {
    if (mail.recipients.empty()) return {""};
    std::set<std::string> outside;
    for (const auto& recipient : mail.recipients) {
        auto address = base::lower(recipient);
        const auto at = address.rfind('@');
        // Postfix completes a name alone with our own domain.
        if (at == std::string::npos) continue;
        const auto domain = base::Domain::parse(std::string_view(address).substr(at + 1));
        if (!domain || !served.contains(*domain)) outside.insert(std::move(address));
    }
    return {outside.begin(), outside.end()};
}

}  // namespace outbound
