#include "engines/valkey/valkey.h"

#include "engines/sockets.h"
#include "engines/template_file.h"

namespace engines {

base::Result<Engine> valkey(const settings::Settings&, const Paths& paths) {
    const std::string config = "/etc/valkey/valkey.conf";
    const auto data = paths.workspace + "/var/lib/valkey";
    Engine engine{.name = "valkey"};
    const std::string start = "/etc/valkey/start.sh";
    const auto added = add_files(
        engine, paths, {{config, {.texts = {{"SOCKET", valkey_socket(paths)}, {"DATA", data}}}}, {start, {}}});
    if (!added) return std::unexpected(added.error());
    // The folder of the socket says who may connect.
    engine.directories = {{.path = data, .mode = 0700, .user = "valkey", .group = "valkey"},
                          {.path = paths.run + "/valkey", .mode = 0750, .user = "valkey", .group = "_rspamd"}};
    engine.services = {
        {.name = "valkey",
         .argv = {"setpriv", "--reuid", "valkey", "--regid", "valkey", "--init-groups", "/bin/sh", start, config, data},
         .ready = {{.address = supervise::UnixAddress{valkey_socket(paths)}, .send = "PING\r\n", .expect = "+PONG"}}}};
    return engine;
}

}  // namespace engines
