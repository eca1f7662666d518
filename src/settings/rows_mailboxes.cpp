#include "settings/rows.h"

#include "settings/mailbox_values.h"
#include "settings/values.h"

namespace settings {
namespace {

base::Result<> search_enforced(Settings& settings, std::string_view text) {
    auto& enforced = settings.full_text_search.enforced;
    if (text == "no") return enforced = SearchEnforced::no, base::Result<>{};
    if (text == "yes") return enforced = SearchEnforced::yes, base::Result<>{};
    if (text == "body") return enforced = SearchEnforced::body, base::Result<>{};
    return base::fail("it must be no, yes or body");
}

base::Result<> separator(Settings& settings, std::string_view text) {
    if (text != "." && text != "/") return base::fail("it must be . or /");
    settings.mailboxes.separator = text.front();
    return {};
}

base::Result<> layout(Settings& settings, std::string_view text) {
    if (text == "maildir++") return settings.mailboxes.layout = MailboxLayout::maildir_plus_plus, base::Result<>{};
    if (text == "fs") return settings.mailboxes.layout = MailboxLayout::fs, base::Result<>{};
    return base::fail("it must be maildir++ or fs");
}

constexpr Row mailbox_table[] = {
    {.key = "POP3",
     .help = "true: mail can also be fetched by POP3, on ports 995 (SSL/TLS) and 110 (STARTTLS).",
     .default_text = "false",
     .example = "true",
     .section = "Mailboxes",
     .assign = [](Settings& s, std::string_view v) { return into(s.pop3, parse_switch(v)); }},
    {.key = "MANAGESIEVE",
     .help = "true: users manage their filter rules and out-of-office replies on port 4190 (STARTTLS).",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.managesieve, parse_switch(v)); }},
    {.key = "MAX_CONNECTIONS_PER_USER",
     .help = "How many connections one user may have from one address, for each of IMAP, POP3 and ManageSieve.",
     .default_text = "400",
     .example = "100",
     .assign = [](Settings& s, std::string_view v) { return into(s.max_connections_per_user, parse_connections(v)); }},
    {.key = "RECIPIENT_DELIMITER",
     .help = "What separates a name from a detail: mail to jens+shop@ reaches jens@. One or more of + - _ = . or off.",
     .default_text = "+",
     .example = "+-",
     .assign = [](Settings& s, std::string_view v) { return into(s.recipient_delimiter, parse_delimiter(v)); }},
    {.key = "DETAIL_MAILBOXES",
     .help = "true: mail to jens+shop@ goes to the folder shop, made when it is missing. false: to the inbox.\n"
             "Not together with MAILBOX_LAYOUT=fs.",
     .default_text = "false",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.detail_mailboxes, parse_switch(v)); }},
    {.key = "FOLDER_DRAFTS",
     .help = "Names of the folders every mailbox has. A new name makes a new folder; the old one stays with its mail.",
     .default_text = "Drafts",
     .example = "Drafts",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.drafts, parse_folder(v)); }},
    {.key = "FOLDER_SENT",
     .help = "",
     .default_text = "Sent",
     .example = "Sent",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.sent, parse_folder(v)); }},
    {.key = "FOLDER_JUNK",
     .help = "",
     .default_text = "Junk",
     .example = "Junk",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.junk, parse_folder(v)); }},
    {.key = "FOLDER_TRASH",
     .help = "",
     .default_text = "Trash",
     .example = "Trash",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.trash, parse_folder(v)); }},
    {.key = "FOLDER_ARCHIVE",
     .help = "Empty: no such folder.",
     .default_text = "",
     .example = "Archive",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.archive, parse_folder(v)); }},
    {.key = "JUNK_EXPUNGE",
     .help = "How long mail stays in FOLDER_JUNK, in days, or off: as long as the user leaves it there.",
     .default_text = "off",
     .example = "30d",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.junk_expunge_days, parse_days(v)); }},
    {.key = "TRASH_EXPUNGE",
     .help = "The same for FOLDER_TRASH.",
     .default_text = "off",
     .example = "30d",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.trash_expunge_days, parse_days(v)); }},
    {.key = "HIERARCHY_SEPARATOR",
     .help = "What stands between a folder and a folder in it, as mail programs see it: . or /",
     .default_text = ".",
     .example = "/",
     .assign = separator},
    {.key = "MAILBOX_LAYOUT",
     .help =
         "maildir++: folders side by side. fs: folders as a tree, whose names may hold dots when\n"
         "HIERARCHY_SEPARATOR=/. Choose before the first mail: with mail there, a start with another one is refused.",
     .default_text = "maildir++",
     .example = "fs",
     .assign = layout},
    {.key = "UTF8_FOLDER_NAMES",
     .help = "true: folder names are UTF-8 on disk. false: in the ASCII form of IMAP. Choose before the first mail.",
     .default_text = "false",
     .example = "true",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.utf8_names, parse_switch(v)); }},
    {.key = "INDEX_DIR",
     .help = "Folder of the workspace for Dovecot's indexes, for example on a faster disk. Empty: beside the mail.",
     .default_text = "",
     .example = "var/lib/dovecot/indexes",
     .assign = [](Settings& s, std::string_view v) { return into(s.mailboxes.index_dir, parse_index_dir(v)); }},

};

constexpr Row search_table[] = {
    {.key = "FULL_TEXT_SEARCH",
     .help = "true: keep an index of all words, so that searches in mails are fast. It takes about as much\n"
             "space as the text of the mails; README.md, Searching, says what it finds.",
     .default_text = "false",
     .example = "true",
     .section = "Full-text search",
     .assign = [](Settings& s, std::string_view v) { return into(s.full_text_search.enabled, parse_switch(v)); }},
    {.key = "FULL_TEXT_SEARCH_AUTOINDEX",
     .help = "true: mail is indexed when it arrives. false: at the next search in its folder, which then takes longer.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.full_text_search.autoindex, parse_switch(v)); }},
    {.key = "FULL_TEXT_SEARCH_EXCLUDE",
     .help =
         "Folders not to index when mail arrives: \\Drafts, \\Junk, \\Sent, \\Trash, or names, in which * stands for\n"
         "anything.",
     .default_text = "\\Junk,\\Trash",
     .example = "\\Junk,\\Trash,Lists.*",
     .assign = [](Settings& s, std::string_view v) { return into(s.full_text_search.exclude, parse_folders(v)); }},
    {.key = "FULL_TEXT_SEARCH_ENFORCED",
     .help =
         "no: what the index cannot answer is searched in the mails themselves. yes: such a search fails. body: the\n"
         "same, and searches in headers alone do not wait for the index to be brought up to date.",
     .default_text = "no",
     .example = "body",
     .assign = search_enforced},
    {.key = "FULL_TEXT_SEARCH_MIN_SIZE",
     .help = "Shortest word in the index, in octets. With more than 1 a search for \"Plan B\" finds nothing.",
     .default_text = "1",
     .example = "2",
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.full_text_search.min_size, parse_count(v, 1, 10)); }},
    {.key = "FULL_TEXT_SEARCH_SUBSTRING",
     .help = "true: find text also inside of words (nummer in Rechnungsnummer), not only at their beginning.\n"
             "The index takes four times the space, and indexing takes about three times the work.",
     .default_text = "false",
     .example = "true",
     .assign = [](Settings& s, std::string_view v) { return into(s.full_text_search.substring, parse_switch(v)); }},

};

}  // namespace

std::span<const Row> mailbox_rows() {
    return mailbox_table;
}

std::span<const Row> search_rows() {
    return search_table;
}

}  // namespace settings
