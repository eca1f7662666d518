#pragma once
/// The Diffie-Hellman parameters file of the workspace. Only very old clients use it; everyone else gets ECDHE.
#include <filesystem>
#include <stop_token>

#include "base/error.h"
#include "settings/settings.h"

namespace certs {

/// Sees to it that `file` can be used at once. With DhParams::ffdhe3072 it holds the RFC 7919 group; parameters
/// somebody made before are kept beside it as `dh-own.pem`. With DhParams::generate any usable parameters stay.
base::Result<> ensure_dh(const std::filesystem::path& file, settings::DhParams wanted);

/// For DhParams::generate: puts parameters of our own into `file`, from `dh-own.pem` or, when that is missing, made
/// now: minutes of one processor, so to be called on a thread of its own. True when `file` changed: time to
/// reload who reads it. A stop or a kill costs only the time; the next call begins again.
base::Result<bool> use_own_dh(const std::filesystem::path& file, const std::stop_token& stop, int bits = 3072);

}  // namespace certs
