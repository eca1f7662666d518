#include "certs/source.h"

#include <array>
#include <format>

#include "certs/live_folder.h"
#include "sys/files.h"

namespace certs {
namespace {

constexpr std::uint64_t largest_pem = 256 * 1024;

/// Covers a clock that was wrong when the certificate was made.
constexpr std::chrono::days before_today{1};
constexpr std::chrono::days ten_years{3652};

base::Result<Pair> operators_pair(const Options& options) {
    const auto chain = sys::read_file(options.certificate_file, largest_pem);
    if (!chain) return std::unexpected(chain.error());
    const auto key = sys::read_file(options.key_file, largest_pem);
    if (!key) return std::unexpected(key.error());
    auto pair = make_pair(*chain, *key, options.hostname);
    if (!pair)
        return base::context(std::format("cannot use {} with {}", options.certificate_file, options.key_file),
                             std::move(pair.error()));
    return pair;
}

base::Result<Pair> operators_further_pair(const Options& options) {
    const auto file = options.further_file();
    const auto text = sys::read_file(file, largest_pem);
    if (!text) return std::unexpected(text.error());
    auto pair = make_pair(*text, *text, options.hostname);
    if (!pair) return base::context(std::format("cannot use {}", file.string()), std::move(pair.error()));
    return pair;
}

base::Error dates_trouble(const crypto::Certificate& leaf, base::SystemTime now, bool renewed_by_us) {
    if (now < leaf.not_after && now >= leaf.not_before) return {};
    const bool over = now >= leaf.not_after;
    const auto text = std::format("the certificate {} on {:%F %R} UTC: mail clients will warn or refuse",
                                  over ? "expired" : "becomes valid only", over ? leaf.not_after : leaf.not_before);
    const char* remedy = !over           ? "Check this machine's clock."
                         : renewed_by_us ? "It is being renewed; see the next messages."
                                         : "Replace TLS_CERTIFICATE_FILE and TLS_KEY_FILE; no restart is needed.";
    return base::fail(text, remedy).error();
}

}  // namespace

Options options_from(const settings::Settings& settings) {
    return {.mode = settings.tls_mode,
            .hostname = settings.hostname,
            .contact = settings.admin_email.str(),
            .directory_url = settings.acme_directory_url,
            .certificate_file = settings.tls_certificate_file,
            .key_file = settings.tls_key_file};
}

std::filesystem::path stand_in_file(const Options& options) {
    return options.state_folder() / "standin.pem";
}

std::filesystem::path state_file(const Options& options) {
    return options.state_folder() / "acme-state.json";
}

base::Result<Pair> stand_in(const Options& options, base::SystemTime now) {
    const auto file = stand_in_file(options);
    if (const auto text = sys::read_file(file, largest_pem)) {
        auto pair = make_pair(*text, *text, options.hostname);
        if (pair && now < pair->leaf().not_after) return pair;
    }
    const auto key = crypto::PrivateKey::generate_ec_p256();
    if (!key) return std::unexpected(key.error());
    const std::array names{options.hostname};
    const auto certificate = crypto::self_signed(*key, names, now - before_today, ten_years);
    if (!certificate) return std::unexpected(certificate.error());
    auto chain = crypto::parse_chain(*certificate);
    if (!chain) return std::unexpected(chain.error());
    Pair pair{.chain = std::move(*chain), .key = *key};
    const auto pem = combined_pem(pair);
    if (!pem) return std::unexpected(pem.error());
    if (const auto made = sys::ensure_directory(options.state_folder()); !made) return std::unexpected(made.error());
    if (const auto written = sys::write_file(file, pem->reveal(), {.mode = 0600}); !written)
        return std::unexpected(written.error());
    return pair;
}

base::Result<Source> best_source(const Options& options, base::SystemTime now) {
    base::Error trouble;
    if (options.mode != settings::TlsMode::selfsigned) {
        const bool acme = options.mode == settings::TlsMode::acme;
        auto wanted =
            acme ? load({.letsencrypt = options.letsencrypt(), .hostname = options.hostname}) : operators_pair(options);
        if (wanted) {
            auto dates = dates_trouble(wanted->leaf(), now, acme);
            return Source{.origin = acme ? Origin::issued : Origin::operators_files,
                          .pair = std::move(*wanted),
                          .trouble = std::move(dates)};
        }
        // No certificate yet is how every server begins.
        if (!acme || wanted.error().kind != base::ErrorKind::not_found) trouble = std::move(wanted.error());
    }
    auto pair = stand_in(options, now);
    if (!pair) return std::unexpected(pair.error());
    return Source{.origin = Origin::self_signed, .pair = std::move(*pair), .trouble = std::move(trouble)};
}

base::Result<Source> further_source(const Options& options, base::SystemTime now) {
    const bool acme = options.mode == settings::TlsMode::acme;
    if (options.mode == settings::TlsMode::selfsigned)
        return base::fail("there is none", {}, base::ErrorKind::not_found);
    auto pair = acme ? load({.letsencrypt = options.letsencrypt(), .hostname = options.hostname})
                     : operators_further_pair(options);
    if (!pair) return std::unexpected(std::move(pair.error()));
    // Mail programs warn at another name's certificate just as they do at an expired one, which helps nobody.
    if (const auto over = pair->leaf().not_after; over <= now)
        return base::fail(std::format("the certificate for {} expired on {:%F %R} UTC", options.hostname.str(), over),
                          acme ? "It is renewed when the name leads here."
                               : std::format("Replace {}; no restart is needed.", options.further_file().string()));
    return Source{.origin = acme ? Origin::issued : Origin::operators_files, .pair = std::move(*pair), .trouble = {}};
}

base::Result<bool> activate(const Pair& pair, const std::filesystem::path& active) {
    const auto pem = combined_pem(pair);
    if (!pem) return std::unexpected(pem.error());
    const auto present = sys::read_file(active, largest_pem);
    if (present && *present == pem->reveal()) return false;
    if (const auto made = sys::ensure_directory(active.parent_path(), {.mode = 0700}); !made)
        return std::unexpected(made.error());
    if (const auto written = sys::write_file(active, pem->reveal(), {.mode = 0600}); !written)
        return std::unexpected(written.error());
    return true;
}

}  // namespace certs
