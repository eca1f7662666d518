#pragma once
/// The operator's overrides of Postfix: main.cf and master.cf, merged into ours; any other file is put where main.cf
/// can name it, for tables: /etc/postfix/override/<file>.
#include "engines/overrides.h"

namespace engines {

base::Result<Overridden> override_postfix(Engine engine, const Overrides& overrides, const Paths& paths);

}  // namespace engines
