#include "engines/dovecot/mailboxes.h"

namespace engines {
namespace {

/// A folder with its purpose (RFC 6154 §2); `days` after which mail in it is removed, 0 for never.
render::Values folder(const std::string& use, const std::string& name, unsigned days = 0) {
    render::Values values{.texts = {{"USE", use}, {"NAME", name}},
                          .parts = {{"EXPUNGE", {}}, {"SPARE", render::when(use == "Trash")}}};
    if (days != 0) values.parts["EXPUNGE"] = {{.texts = {{"DAYS", std::to_string(days)}}}};
    return values;
}

}  // namespace

void add_mailbox_values(render::Values& values, const settings::Settings& settings, const Paths& paths) {
    const auto& mailboxes = settings.mailboxes;
    values.texts["PROTOCOLS"] =
        std::string("imap lmtp") + (settings.pop3 ? " pop3" : "") + (settings.managesieve ? " sieve" : "");
    values.parts["POP3"] = render::when(settings.pop3);
    values.parts["SIEVE"] = render::when(settings.managesieve);
    values.texts["USER_CONNECTIONS"] = std::to_string(settings.max_connections_per_user);
    values.texts["SIEVE_SCRIPTS"] = paths.sieve_scripts();

    values.texts["LAYOUT"] = mailboxes.layout == settings::MailboxLayout::fs ? "fs" : "maildir++";
    values.texts["UTF8_NAMES"] = mailboxes.utf8_names ? "yes" : "no";
    values.texts["SEPARATOR"] = std::string(1, mailboxes.separator);
    values.parts["INDEX"] = {};
    if (!mailboxes.index_dir.empty())
        values.parts["INDEX"] = {{.texts = {{"INDEX_DIR", paths.workspace + "/" + mailboxes.index_dir}}}};
    auto& folders = values.parts["FOLDER"];
    folders = {folder("Drafts", mailboxes.drafts), folder("Junk", mailboxes.junk, mailboxes.junk_expunge_days),
               folder("Trash", mailboxes.trash, mailboxes.trash_expunge_days), folder("Sent", mailboxes.sent)};
    if (!mailboxes.archive.empty()) folders.push_back(folder("Archive", mailboxes.archive));

    values.texts["DELIMITER"] = settings.recipient_delimiter;
    values.parts["DETAIL_MAILBOXES"] = render::when(settings.detail_mailboxes);
}

}  // namespace engines
