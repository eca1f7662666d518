#include "engines/engines.h"
#include "engines/template_files.h"

namespace engines {

base::Result<Engine> valkey(const settings::Settings&, const Paths& paths) {
    const auto data = paths.workspace + "/var/lib/valkey";
    auto files = fill_templates(
        paths, "valkey", {{"/etc/valkey/valkey.conf", {.texts = {{"SOCKET", paths.valkey_socket()}, {"DATA", data}}}}});
    if (!files) return std::unexpected(files.error());
    return Engine{
        .name = "valkey",
        // It makes its socket after it gave up root, hence a folder of its own; the folder says who may connect.
        .directories = {{.path = data, .mode = 0700, .user = "valkey", .group = "valkey"},
                        {.path = paths.run + "/valkey", .mode = 0750, .user = "valkey", .group = "_rspamd"}},
        .files = std::move(*files),
        .services = {{.name = "valkey",
                      .argv = {"setpriv", "--reuid", "valkey", "--regid", "valkey", "--init-groups",
                               "/usr/bin/valkey-server", "/etc/valkey/valkey.conf"},
                      .ready = {{.address = supervise::UnixAddress{paths.valkey_socket()},
                                 .send = "PING\r\n",
                                 .expect = "+PONG"}}}},
    };
}

}  // namespace engines
