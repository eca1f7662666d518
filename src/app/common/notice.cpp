#include "app/common/notice.h"

#include <format>

#include "base/text.h"
#include "sys/command.h"

namespace app {

std::string notice_mail(const Notice& notice, base::SystemTime now) {
    return std::format(
        "From: Mail server <postmaster@{0}>\n"
        "To: <{1}>\n"
        "Subject: {2}\n"
        "Date: {3:%a, %d %b %Y %H:%M:%S} +0000\n"
        "Message-ID: <{4}-{5}@{0}>\n"
        "Auto-Submitted: auto-generated\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=us-ascii\n"
        "\n"
        "{6}",
        notice.from.value_or(notice.to.domain()).str(), notice.to.str(), notice.subject, now, notice.topic,
        now.time_since_epoch().count(), notice.text);
}

base::Result<> deliver(const Notice& notice, base::SystemTime now) {
    // The null sender: nobody may answer by machine (RFC 3834 §2).
    const auto saved = sys::run(
        {.argv = {"/usr/lib/dovecot/dovecot-lda", "-d", notice.to.str(), "-f", ""}, .input = notice_mail(notice, now)});
    if (!saved) return std::unexpected(saved.error());
    constexpr int no_user = 67;  // EX_NOUSER
    if (saved->exit_code == no_user)
        return base::fail(std::format("there is no mailbox {}", notice.to.str()), {}, base::ErrorKind::not_found);
    if (saved->exit_code != 0)
        return base::fail_transient(std::format("dovecot-lda exits with code {}: {}", saved->exit_code,
                                                base::printable(base::trim(saved->output))));
    return {};
}

base::Result<> send(const Notice& notice, base::SystemTime now) {
    const auto sent = sys::run(
        {.argv = {"/usr/sbin/sendmail", "-i", "-f", "", "--", notice.to.str()}, .input = notice_mail(notice, now)});
    if (!sent) return std::unexpected(sent.error());
    if (sent->exit_code != 0)
        return base::fail_transient(
            std::format("sendmail exits with code {}: {}", sent->exit_code, base::printable(base::trim(sent->output))));
    return {};
}

}  // namespace app
