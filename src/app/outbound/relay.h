#pragma once
/// `mailserver relay`: the servers through which mail of single senders leaves. Postfix reads them itself: a change is
/// in force within half a minute.
#include <iosfwd>

#include "accounts/store.h"
#include "app/common/command.h"

namespace app {

/// What the command works on.
struct RelayCommand {
    const settings::Settings& settings;
    accounts::Store& store;
    std::istream& in;
    std::ostream& out;

    base::Result<> run(Arguments words) const;
};

base::ExitCode relay_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
