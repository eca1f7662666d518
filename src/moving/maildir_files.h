#pragma once
/// The small files in a Maildir folder that Dovecot keeps beside the mail, and the names of its mails. Pure; everything
/// in them may be forged.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace moving {

/// A mail's name: "1700000000.M1P2.host,S=100,W=102" and behind ":2," its flags, upper case those of IMAP, lower case
/// keywords.
struct MailName {
    std::string base;
    std::string flags;     ///< of "DFPRST", sorted
    std::string keywords;  ///< letters a-z, sorted
    bool operator==(const MailName&) const = default;
};

/// Nothing for what cannot be the name of a mail: hidden, too long, with control characters.
std::optional<MailName> parse_mail_name(std::string_view name);
std::string text_of(const MailName& name);

/// The size that a name claims (",S="); nothing when it claims none.
std::optional<std::uint64_t> claimed_size(std::string_view base);

/// Without ",S=" and ",W=", which Dovecot complains about when they are wrong.
std::string without_sizes(std::string_view base);

/// dovecot-keywords: "0 Label" for the letter a.
std::map<char, std::string> parse_keywords(std::string_view text);
std::string keywords_text(const std::map<char, std::string>& keywords);

/// Whether a dovecot-uidlist of version 3 is what Dovecot writes, line by line; UIDs rise, no name is there twice.
bool is_good_uidlist(std::string_view text);

}  // namespace moving
