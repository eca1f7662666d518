#pragma once
/// Where the accounts' files are in the workspace, and the name the operator knows each by.
#include <filesystem>
#include <string>

#include "base/address.h"
#include "sys/files.h"

namespace accounts {

struct Workspace {
    std::filesystem::path root = "/host";
    std::string index_dir;              ///< INDEX_DIR: relative to `root`; may be empty
    sys::Owner mail_owner{2001, 2001};  ///< mailuser of the image

    std::filesystem::path database() const { return root / "etc/mailserver/accounts.sqlite"; }
    std::filesystem::path last_good() const { return root / "etc/mailserver/accounts.sqlite.last-good"; }
    std::filesystem::path aliases_file() const { return root / "etc/postfix/valias"; }
    /// Aliases by pattern for Postfix, made from the above.
    std::filesystem::path pattern_aliases() const { return root / "etc/postfix/pattern-aliases.pcre"; }
    std::filesystem::path pattern_senders() const { return root / "etc/postfix/pattern-senders.pcre"; }
    std::filesystem::path inboxes() const { return root / "mail/inboxes"; }
    /// Where Dovecot keeps its indexes, arranged as the inboxes are; empty: beside the mail.
    std::filesystem::path indexes() const { return index_dir.empty() ? "" : root / index_dir; }

    /// The workspace folder as the operator sees it from the folder of the scripts.
    std::string shown_root() const { return root == "/host" ? "_server_workspace_" : root.string(); }
};

/// "mail/inboxes/example.org/jens@example.org": relative to the workspace, as messages name it.
inline std::string home_name(const base::EmailAddress& address) {
    return "mail/inboxes/" + address.domain().str() + "/" + address.str();
}

}  // namespace accounts
