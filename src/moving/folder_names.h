#pragma once
/// Names of mail folders: as people know them (UTF-8), and as a Maildir has them on disk. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace moving {

/// A folder by the names on the way to it, in UTF-8: {"Work", "2024"}; INBOX is none at all.
using FolderName = std::vector<std::string>;

/// How this server keeps folders (settings MAILBOX_LAYOUT, UTF8_FOLDER_NAMES, HIERARCHY_SEPARATOR).
struct FolderStyle {
    bool tree = false;  ///< folders in folders, not `.Work.2024`
    bool utf8 = false;  ///< else the ASCII form of RFC 3501 §5.1.3
    char separator = '.';
};

/// UTF-8 to and from modified UTF-7 (RFC 3501 §5.1.3); nothing when the text is not that.
std::optional<std::string> to_utf7(std::string_view utf8);
std::optional<std::string> from_utf7(std::string_view utf7);

/// The folder of a Maildir++ directory ".Work.2024"; nothing when the name is none.
std::optional<FolderName> from_maildir_name(std::string_view name);

/// Where it is below ~/Maildir: ".Work.2024", "Work/2024", "" for INBOX; an error when it cannot be there.
base::Result<std::string> path_of(const FolderName& folder, const FolderStyle& style);

/// What a person types ("Work/2024" or with the server's separator) as a name.
base::Result<FolderName> parse_folder(std::string_view text, const FolderStyle& style);

/// As a person reads it: "Work/2024", "INBOX".
std::string shown(const FolderName& folder);

/// The file `subscriptions` of Dovecot, both of its forms; names that make no sense are left out.
std::vector<FolderName> parse_subscriptions(std::string_view text);
std::string subscriptions_text(const std::vector<FolderName>& folders);

}  // namespace moving
