#include "bootstrap/mailboxes.h"

#include <algorithm>
#include <format>

#include "accounts/inbox.h"
#include "base/text.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

/// The settings the names of folders on disk depend on, as settings.env has them. With maildir++ the separator is in no
/// name: on disk it is always a dot, which no name can hold then.
std::string layout_of(const settings::Mailboxes& mailboxes) {
    const bool tree = mailboxes.layout == settings::MailboxLayout::fs;
    return std::format("MAILBOX_LAYOUT={}{}{} UTF8_FOLDER_NAMES={}", tree ? "fs" : "maildir++",
                       tree ? " HIERARCHY_SEPARATOR=" : "", tree ? std::string(1, mailboxes.separator) : "",
                       mailboxes.utf8_names);
}

bool has_mail(const accounts::Workspace& workspace) {
    return std::ranges::any_of(accounts::all_homes(workspace), [&](const std::string& home) {
        const auto address = base::EmailAddress::parse(home);
        return address && accounts::inspect_home(workspace, *address).has_mail;
    });
}

base::Result<> keep_names(const settings::Settings& settings, const std::vector<std::string>& addresses) {
    for (const auto& address : addresses) {
        const auto name = std::string_view(address).substr(0, address.find('@'));
        const auto at = name.find_first_of(settings.recipient_delimiter);
        if (at == std::string_view::npos) continue;
        return base::fail(
            std::format("cannot use RECIPIENT_DELIMITER={}: there is a '{}' in the name of the account {}, "
                        "whose mail would not reach it",
                        settings.recipient_delimiter, name[at], address),
            "Leave it out of RECIPIENT_DELIMITER in settings.env.", base::ErrorKind::usage);
    }
    return {};
}

}  // namespace

base::Result<std::string> keep_mailboxes(const settings::Settings& settings, const accounts::Workspace& workspace,
                                         const std::vector<std::string>& addresses) {
    if (const auto kept = keep_names(settings, addresses); !kept) return std::unexpected(kept.error());
    const auto file = workspace.root / "mail/layout";
    const auto wanted = layout_of(settings.mailboxes);
    const auto written = sys::read_file(file);
    if (!written && written.error().kind != base::ErrorKind::not_found) return std::unexpected(written.error());
    const auto before = written ? std::string(base::trim(*written)) : layout_of(settings::Mailboxes{});
    if (before != wanted && has_mail(workspace))
        return base::fail(std::format("cannot start with {}: the mail there was stored with {}, and its folders would "
                                      "be out of sight",
                                      wanted, base::printable(before)),
                          "Put these settings back in settings.env; they can be chosen only before the first mail.",
                          base::ErrorKind::usage);
    if (written && before == wanted) return wanted;
    if (const auto noted = sys::write_file(file, wanted + "\n"); !noted) return std::unexpected(noted.error());
    return wanted;
}

}  // namespace bootstrap
