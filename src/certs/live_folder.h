#pragma once
/// The certificate folder of the workspace, as certbot lays it out:
/// `live/<HOSTNAME>/{fullchain,privkey,cert,chain}.pem`. `live/<HOSTNAME>` is a symbolic link to a folder of
/// `archive/`, so that all four files change in one step. What an older workspace has there (a real folder, files that
/// are links) is read as it is and kept when it is replaced.
#include <filesystem>
#include <string>

#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"
#include "certs/pair.h"

namespace certs {

struct LiveFolder {
    std::filesystem::path letsencrypt;  ///< etc/letsencrypt of the workspace
    base::Hostname hostname;

    std::filesystem::path live() const { return letsencrypt / "live" / hostname.str(); }
    std::filesystem::path archive() const { return letsencrypt / "archive" / hostname.str(); }
};

/// The pair in use; not_found when there is none.
base::Result<Pair> load(const LiveFolder& folder);

/// Makes `pair` the one in use. Killed at any moment, it leaves the old or the new one, whole. The five newest of the
/// folders made here are kept.
base::Result<> install(const LiveFolder& folder, const Pair& pair, base::SystemTime now);

}  // namespace certs
