#pragma once
/// The folders of an IMAP account, as its server lists them.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace imapsync {

struct Folder {
    std::string name;                     ///< UTF-8
    std::string delimiter;                ///< one character, or nothing: the server has no folders in folders
    std::vector<std::string> attributes;  ///< in lower case, without the backslash: "sent", "noselect"

    bool has(std::string_view attribute) const;
};

/// The LIST responses (RFC 9051 §7.3.1) in what a server has answered. What cannot be read is left out; at most 10,000.
std::vector<Folder> folders_in(std::string_view answer);

/// The number of mails in the first STATUS response (RFC 9051 §7.3.4).
std::optional<std::uint64_t> messages_in(std::string_view answer);

/// A folder's name of IMAP, in modified UTF-7 (RFC 3501 §5.1.3), as UTF-8; nothing when it is none.
std::optional<std::string> from_utf7(std::string_view name);
/// And back; nothing for text that is not UTF-8.
std::optional<std::string> to_utf7(std::string_view name);

/// `text` as a quoted string of IMAP (RFC 9051 §4.3); it must hold no control characters.
std::string quoted(std::string_view text);

}  // namespace imapsync
