#pragma once
/// Where the engines reach the supervisor: an HTTP service on loopback, with a key that is new at each start. The key
/// stands in files of its own, so that the rest of an engine's configuration is the same at each start, and anybody
/// may read it.
#include <string>
#include <vector>

#include "base/secret.h"
#include "engines/engine.h"

namespace engines {

constexpr int inner_door_port = 8024;

inline std::string inner_door_url(const std::string& path) {
    return "http://127.0.0.1:" + std::to_string(inner_door_port) + path;
}

/// The key alone, for the filter.
inline std::string inner_key_file(const Paths& paths) {
    return paths.run + "/inner-door.key";
}

/// The settings of Dovecot that hold secrets.
inline std::string dovecot_key_file(const Paths& paths) {
    return paths.run + "/inner-door-dovecot.conf";
}

/// Both files, for root only. `nonce` is mixed into the hashes of passwords that Dovecot reports.
std::vector<RenderedFile> inner_key_files(const Paths& paths, const base::Secret& key, const std::string& nonce);

}  // namespace engines
