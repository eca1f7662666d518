#include "engines/engines.h"

#include <format>

namespace engines {

base::Result<std::vector<Engine>> all(const settings::Settings& settings, const Paths& paths) {
    std::vector<Engine> engines;
    for (const auto make : {unbound, valkey, rspamd, dovecot, postfix}) {
        auto engine = make(settings, paths);
        if (!engine) return std::unexpected(engine.error());
        engines.push_back(std::move(*engine));
    }
    return engines;
}

}  // namespace engines
