#pragma once
/// `mailserver import imap`: copies all mail of an account at another IMAP server into a user's folders, once. What is
/// there stays as it is. Broken off, it goes on where it was when it is started again: each mail is copied once.
#include "app/common/command.h"

namespace app {

base::ExitCode import_imap(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
