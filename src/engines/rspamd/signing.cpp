#include "engines/rspamd/signing.h"

#include <format>

namespace engines {
namespace {

/// Domains and selectors are made of letters, digits, hyphens and dots: nothing to escape.
std::string key(const Paths& paths, const base::Domain& domain, const dkim::Key& key) {
    return std::format("selector = \"{0}\"; path = \"{1}/{2}/{0}.private\";", key.selector, paths.dkim_keys(),
                       domain.str());
}

std::string signing(const Paths& paths, const base::Domain& domain, const dkim::Ring& ring) {
    std::string selectors;
    for (const auto& each : ring.keys())
        if (each.state == dkim::State::signing) selectors += std::format("      {{ {} }},\n", key(paths, domain, each));
    return std::format("  \"{}\" {{\n    selectors [\n{}    ]\n  }}\n", domain.str(), selectors);
}

std::string sealing(const Paths& paths, const base::Domain& domain, const dkim::Ring& ring) {
    for (const auto& each : ring.keys())
        if (each.state == dkim::State::signing && each.algorithm == dkim::Algorithm::rsa)
            return std::format("  \"{}\" {{ {} }}\n", domain.str(), key(paths, domain, each));
    return {};
}

}  // namespace

std::string dkim_signing_file(const Paths& paths) {
    return paths.run + "/dkim-signing.conf";
}

std::string arc_sealing_file(const Paths& paths) {
    return paths.run + "/arc-sealing.conf";
}

std::vector<RenderedFile> signing_files(const Paths& paths, const std::map<base::Domain, dkim::Ring>& rings) {
    std::string signatures, seals;
    for (const auto& [domain, ring] : rings) {
        signatures += signing(paths, domain, ring);
        seals += sealing(paths, domain, ring);
    }
    return {{.path = dkim_signing_file(paths), .content = "domain {\n" + signatures + "}\n"},
            {.path = arc_sealing_file(paths), .content = "domain {\n" + seals + "}\n"}};
}

sys::Command reread_signing() {
    return {.argv = {"pkill", "--signal", "HUP", "--oldest", "--exact", "rspamd"}};
}

}  // namespace engines
