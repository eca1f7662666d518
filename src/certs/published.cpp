#include "certs/published.h"

#include "certs/keys.h"
#include "certs/live_folder.h"
#include "certs/state.h"
#include "crypto/digest.h"
#include "sys/files.h"

namespace certs {
namespace {

constexpr std::uint64_t largest_file = 256 * 1024;

std::vector<std::string> keys_with_authority(const Options& options) {
    const LiveFolder folder{.letsencrypt = options.letsencrypt(), .hostname = options.hostname};
    const auto in_use = load(folder);
    if (!in_use) return {};
    const auto served = crypto::sha256_hex(in_use->key.public_key());
    const auto kept = kept_server_key(folder);
    // Without a kept key the next certificate takes over this one, or gets one that does not exist yet.
    if (!kept) return in_use->key.kind() == crypto::KeyKind::ec_p256 ? std::vector{served} : std::vector<std::string>{};
    const auto next = crypto::sha256_hex(kept->public_key());
    return next == served ? std::vector{served} : std::vector{served, next};
}

std::vector<std::string> keys_of_stand_in(const Options& options) {
    const auto text = sys::read_file(stand_in_file(options), largest_file);
    if (!text) return {};
    const auto pair = make_pair(*text, *text, options.hostname);
    return pair ? std::vector{crypto::sha256_hex(pair->key.public_key())} : std::vector<std::string>{};
}

}  // namespace

Published published(const Options& options) {
    Published result;
    if (options.mode == settings::TlsMode::selfsigned) result.keys = keys_of_stand_in(options);
    if (options.mode != settings::TlsMode::acme) return result;
    result.keys = keys_with_authority(options);
    const auto text = sys::read_file(state_file(options), largest_file);
    const auto state = text ? parse_state(*text) : base::Result<State>();
    if (text && state && state->directory_url == options.directory_url) result.account_url = state->account_url;
    return result;
}

}  // namespace certs
