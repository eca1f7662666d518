#pragma once
/// Which addresses a From or Sender header shows. It reads as the most generous mail program would, because what
/// matters is whom a reader may believe to be the sender.
#include <set>
#include <string>
#include <string_view>

namespace policy {

struct MailAddresses {
    /// Lower case, `local@domain`, without comments, spaces and needless quotation marks.
    std::set<std::string> addresses;
    /// There is an encoded word where an address belongs, which no mail program may write (RFC 2047 §5) but some
    /// decode: nobody can tell whose address it is.
    bool encoded = false;
};

/// The addresses of a header's value (RFC 5322 §3.4, with all obsolete forms of §4.4), any number of them, in groups or
/// not. A display name, quoted or encoded, is no address, but where an address is missing everything that looks like
/// one counts; so it does everywhere in a header whose quotation marks, comments or brackets do not close.
MailAddresses addresses_in(std::string_view value);

}  // namespace policy
