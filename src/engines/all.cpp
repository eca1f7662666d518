#include "engines/all.h"

#include "engines/clamav/clamav.h"
#include "engines/dovecot/dovecot.h"
#include "engines/postfix/postfix.h"
#include "engines/postsrsd/postsrsd.h"
#include "engines/rspamd/rspamd.h"
#include "engines/unbound/unbound.h"
#include "engines/valkey/valkey.h"

namespace engines {

base::Result<std::vector<Engine>> all(const settings::Settings& settings, const Paths& paths) {
    std::vector<Engine> engines;
    for (const auto make : {unbound, valkey, clamav, rspamd, dovecot, postsrsd, postfix}) {
        auto engine = make(settings, paths);
        if (!engine) return std::unexpected(engine.error());
        engines.push_back(std::move(*engine));
    }
    return engines;
}

}  // namespace engines
