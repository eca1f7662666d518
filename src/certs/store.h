#pragma once
/// The certificates of this server on disk: those from the certificate authority in certbot's layout, the self-signed
/// stand-in, and the one file with key and chain that every engine reads.
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/certificate.h"
#include "settings/settings.h"

namespace certs {

/// A private key with the chain that belongs to it; made only by make_pair(), so the two always match.
struct Pair {
    base::Secret key_pem;
    std::string chain_pem;
    crypto::Certificate leaf;
};

/// Checks that the chain can be read, its leaf is for `hostname`, and the key belongs to it.
base::Result<Pair> make_pair(const base::Secret& key_pem, const std::string& chain_pem, const base::Hostname& hostname);

/// Where everything is. `active` is in /run: made anew at each start.
struct Store {
    std::filesystem::path workspace = "/host";
    std::filesystem::path active = "/run/mailserver/tls/server.pem";
    base::Hostname hostname;

    std::filesystem::path letsencrypt() const { return workspace / "etc/letsencrypt"; }
    std::filesystem::path live() const { return letsencrypt() / "live" / hostname.str(); }
    std::filesystem::path archive() const { return letsencrypt() / "archive" / hostname.str(); }
    std::filesystem::path accounts() const { return letsencrypt() / "accounts"; }
    std::filesystem::path stand_in() const { return workspace / "var/lib/mailserver/stand-in.pem"; }
    std::filesystem::path acme_state() const { return workspace / "var/lib/mailserver/acme.json"; }
    /// privkey.pem and fullchain.pem of live(); an error says what is wrong with them, not_found: there are none.
    base::Result<Pair> load_live() const;
    /// Puts a new pair into live(): all four files of certbot's layout in a new folder of archive(), which then takes
    /// the place of live() in one step. Keeps the last three.
    base::Result<> save_live(const Pair& pair, base::SystemTime now) const;
    /// The self-signed certificate, made when there is none (or it is for another name, or near its end).
    base::Result<Pair> ensure_stand_in(base::SystemTime now) const;
    /// Makes `pair` the one the engines read; whether that changed anything.
    base::Result<bool> activate(const Pair& pair) const;
};

/// What to serve, and what the operator should know about it.
struct Choice {
    Pair pair;
    bool stand_in = false;
    std::string remark;  ///< "the certificate expired on …", "cannot use …: …"; empty: all is well
};

/// The best pair there is by TLS_MODE: that of the certificate authority (even an expired one: mail goes on) or the
/// operator's own, else the stand-in. Never nothing, unless not even a file can be written.
base::Result<Choice> choose(const settings::Settings& settings, const Store& store, base::SystemTime now);

}  // namespace certs
