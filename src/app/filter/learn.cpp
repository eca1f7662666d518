#include "app/filter/learn.h"

#include <unistd.h>

#include <cerrno>
#include <format>
#include <string>

#include "app/common/version.h"
#include "engines/sockets.h"
#include "net/http_client.h"
#include "spam/filter.h"

namespace app {
namespace {

/// All of stdin, also what is too much: whoever writes it must not see a broken pipe. A mail that is too long is cut
/// one octet behind the limit.
base::Result<std::string> mail_on_stdin() {
    std::string mail;
    char buffer[64 * 1024];
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fail("cannot read the mail: " + base::errno_text(errno));
        if (got == 0) return mail;
        mail.append(buffer, std::min(static_cast<std::size_t>(got), spam::largest_mail + 1 - mail.size()));
    }
}

}  // namespace

base::ExitCode learn_command(Arguments arguments, const Installation& here) {
    const auto kind = arguments.size() == 1 ? spam::kind_called(arguments[0]) : std::nullopt;
    if (!kind) return report(usage_error("learn", "spam|ham < MAIL"));
    const auto mail = mail_on_stdin();
    if (!mail) return report(mail.error());
    net::CurlHttpClient client(std::format("mailserver/{}", version));
    const auto lesson = spam::Filter(client, engines::rspamd_controller_socket(here)).learn(*kind, *mail);
    return lesson ? base::ExitCode::ok : report(lesson.error());
}

}  // namespace app
