#include "bootstrap/signing.h"

#include "engines/rspamd/signing.h"
#include "sys/files.h"

namespace bootstrap {

base::Result<dkim::Keys> dkim_keys(const settings::Settings& settings, const engines::Paths& paths) {
    const auto signer = sys::lookup_owner("root", "_rspamd");
    if (!signer) return std::unexpected(signer.error());
    return dkim::Keys{.folder = paths.dkim_keys(), .selector = settings.dkim_key_selector, .owner = *signer};
}

base::Result<> write_signing(const settings::Settings& settings, const engines::Paths& paths) {
    const auto keys = dkim_keys(settings, paths);
    if (!keys) return std::unexpected(keys.error());
    std::map<base::Domain, dkim::Ring> rings;
    for (const auto& domain : settings.domains()) {
        auto ring = dkim::read_ring(*keys, domain);
        if (!ring) return std::unexpected(ring.error());
        rings.emplace(domain, std::move(*ring));
    }
    for (const auto& file : engines::signing_files(paths, rings))
        if (const auto written = sys::write_file(file.path, file.content, {.mode = file.mode}); !written)
            return written;
    return {};
}

}  // namespace bootstrap
