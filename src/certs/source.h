#pragma once
/// Which certificate to serve at this moment: the best one that can be used. There is always one, so that mail never
/// waits for a certificate.
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ip.h"
#include "certs/pair.h"
#include "settings/settings.h"

namespace certs {

/// One of the names beside HOSTNAME: it has a certificate of its own or none, and one is asked for only while the DNS
/// leads here.
struct Further {
    base::Hostname server;              ///< HOSTNAME: its addresses are ours
    std::vector<base::IpAddress> ours;  ///< and so are these
    std::function<bool()> may_order;    ///< whether the CA may get one more order today
};

/// Where things are and what the operator decided; the part of Settings this folder needs.
struct Options {
    settings::TlsMode mode = settings::TlsMode::acme;
    base::Hostname hostname;  ///< the name the certificate is for
    std::string contact;      ///< mail address for the CA
    std::string directory_url;
    std::string certificate_file;  ///< TlsMode::files
    std::string key_file;
    std::filesystem::path workspace = "/host";
    std::filesystem::path active = "/run/mailserver/tls/server.pem";  ///< what the engines read

    std::filesystem::path names_folder = "/run/mailserver/tls/names";  ///< the same for further names, <name>.pem
    std::optional<Further> further = std::nullopt;                     ///< nothing: it is about HOSTNAME itself

    std::filesystem::path letsencrypt() const { return workspace / "etc/letsencrypt"; }
    std::filesystem::path state_folder() const { return workspace / "var/lib/mailserver"; }
    /// What is remembered about asking for this certificate.
    std::filesystem::path acme_state_file() const {
        return further ? state_folder() / "acme-state" / (hostname.str() + ".json")
                       : state_folder() / "acme-state.json";
    }
    /// TlsMode::files: where the operator may put key and chain for a further name.
    std::filesystem::path further_file() const { return workspace / "etc/tls/names" / (hostname.str() + ".pem"); }
};

/// Where the stand-in is, and what is remembered about asking the CA (state.h).
std::filesystem::path stand_in_file(const Options& options);
std::filesystem::path state_file(const Options& options);

Options options_from(const settings::Settings& settings);

enum class Origin {
    issued,
    operators_files,
    self_signed,
    none,  ///< only of a further name: HOSTNAME's certificate is shown
};

struct Source {
    Origin origin = Origin::self_signed;
    Pair pair;
    base::Error trouble;  ///< why it is not the one wanted, or that it expired; empty text: all is well
};

/// acme: the pair of the live folder, also an expired one; files: the operator's; else, and always in mode selfsigned,
/// the self-signed stand-in. An error only when not even that can be made.
base::Result<Source> best_source(const Options& options, base::SystemTime now);

/// The pair for a further name: that of the live folder or, in mode files, the operator's. not_found when there is
/// none, and an error for one that cannot be used; neither keeps anything from working.
base::Result<Source> further_source(const Options& options, base::SystemTime now);

/// The self-signed pair of the workspace, `var/lib/mailserver/standin.pem`, made when it is missing, for another name
/// or over. Kept, because people accept it once by its fingerprint, and valid for ten years for the same reason:
/// nothing is gained by replacing what nobody vouches for.
base::Result<Pair> stand_in(const Options& options, base::SystemTime now);

/// Puts the pair where the engines read it, mode 0600; false when the same content is there already.
base::Result<bool> activate(const Pair& pair, const std::filesystem::path& active);

}  // namespace certs
