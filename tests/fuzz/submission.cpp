/// What the filter asks about mail that somebody submits: header fields as they came.
#include "fuzz.h"
#include "outbound/mail.h"
#include "policy/header_from.h"

void fuzz::feed(std::string_view input) {
    if (const auto mail = outbound::parse_mail(input)) must(!mail->account.empty(), "a mail is of somebody");
    const auto submission = policy::parse_submission(input);
    if (!submission) return;
    const auto nobody = [](const std::string&, const std::string&) -> base::Result<bool> { return false; };
    const auto objection = policy::objection(*submission, {*base::Domain::parse("example.org")}, nobody);
    if (!objection || !*objection) return;
    for (const char octet : **objection) must(octet >= ' ' && octet < 0x7f, "a reply of SMTP is one line of ASCII");
}
