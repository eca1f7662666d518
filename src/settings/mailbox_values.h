#pragma once
/// The values of settings about mailboxes, parsed as those of values.h are.
#include <string>
#include <string_view>

#include "base/error.h"

namespace settings {

/// The name of a folder at the top of a mailbox, in UTF-8: letters, digits, inner spaces, '-' and '_'. Nothing a
/// separator, Sieve, Dovecot's configuration or the disk could take for something else.
base::Result<std::string> parse_folder(std::string_view text);

/// `30d`, from 1 to 3650 days, or `off`, which is 0. Days only: a letter mistaken for another unit would cost mail.
base::Result<unsigned> parse_days(std::string_view text);

/// One or more of `+-_=.`, each once; `off` is the empty text.
base::Result<std::string> parse_delimiter(std::string_view text);

/// From 1 to 2000.
base::Result<unsigned> parse_connections(std::string_view text);

/// A folder of the workspace that nothing else uses, relative to it.
base::Result<std::string> parse_index_dir(std::string_view text);

}  // namespace settings
