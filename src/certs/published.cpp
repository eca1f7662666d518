#include "certs/published.h"

#include <algorithm>

#include "certs/keys.h"
#include "certs/live_folder.h"
#include "certs/state.h"
#include "sys/files.h"

namespace certs {
namespace {

constexpr std::uint64_t largest_file = 256 * 1024;

std::vector<std::string> keys_with_authority(const Options& options) {
    const LiveFolder folder{.letsencrypt = options.letsencrypt(), .hostname = options.hostname};
    const auto in_use = load(folder);
    if (!in_use) return {};
    const auto served = tlsa_digest(in_use->key);
    const auto kept = kept_server_key(folder);
    // Without a kept key the next certificate takes over this one, or gets one that does not exist yet.
    if (!kept) return in_use->key.kind() == crypto::KeyKind::ec_p256 ? std::vector{served} : std::vector<std::string>{};
    std::vector all{served};
    for (const auto& key : {kept, kept_next_key(folder)})
        if (key && !std::ranges::contains(all, tlsa_digest(*key))) all.push_back(tlsa_digest(*key));
    return all;
}

std::vector<std::string> keys_of_stand_in(const Options& options) {
    const auto text = sys::read_file(stand_in_file(options), largest_file);
    if (!text) return {};
    const auto pair = make_pair(*text, *text, options.hostname);
    return pair ? std::vector{tlsa_digest(pair->key)} : std::vector<std::string>{};
}

}  // namespace

Published published(const Options& options) {
    Published result;
    if (options.mode == settings::TlsMode::selfsigned) result.keys = keys_of_stand_in(options);
    if (options.mode != settings::TlsMode::acme) return result;
    result.keys = keys_with_authority(options);
    const auto text = sys::read_file(state_file(options), largest_file);
    const auto state = text ? parse_state(*text) : base::Result<State>();
    if (!text || !state) return result;
    if (state->directory_url == options.directory_url) result.account_url = state->account_url;
    if (!result.keys.empty() && state->next_key == result.keys.back() && state->next_key_shown != base::SystemTime{})
        result.next_shown = state->next_key_shown;
    return result;
}

}  // namespace certs
