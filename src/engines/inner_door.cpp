#include "engines/inner_door.h"

#include <format>

namespace engines {

std::vector<RenderedFile> inner_key_files(const Paths& paths, const base::Secret& key, const std::string& nonce) {
    return {{.path = inner_key_file(paths), .content = key.reveal() + "\n", .mode = 0600},
            {.path = dovecot_key_file(paths),
             .content =
                 std::format("auth_policy_server_api_header = {}\nauth_policy_hash_nonce = {}\n", key.reveal(), nonce),
             .mode = 0600}};
}

}  // namespace engines
