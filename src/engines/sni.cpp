#include "engines/sni.h"

#include <format>

namespace engines {

std::vector<RenderedFile> sni_files(const Paths& paths, const base::Hostname& server,
                                    std::span<const base::Hostname> names) {
    // HOSTNAME, too, or Postfix would log every client that asks for it.
    std::string postfix = std::format("{} {}\n", server.str(), paths.certificate());
    std::string dovecot;
    for (const auto& name : names) {
        const auto file = paths.name_certificate(name.str());
        postfix += std::format("{} {}\n", name.str(), file);
        dovecot += std::format("local_name {} {{\n  ssl_server_cert_file = {}\n  ssl_server_key_file = {}\n}}\n",
                               name.str(), file, file);
    }
    return {{.path = paths.postfix_names(), .content = std::move(postfix)},
            {.path = paths.dovecot_names(), .content = std::move(dovecot)}};
}

}  // namespace engines
