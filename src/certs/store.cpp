#include "certs/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <vector>

#include "sys/files.h"

namespace certs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kept_archives = 3;
/// Ten years: nobody but our own clients looks at it, and a stand-in that expires would only add a second fault.
constexpr std::chrono::days stand_in_validity{3650};

std::string date(base::SystemTime time) {
    return std::format("{:%Y-%m-%d}", time);
}

base::Result<Pair> load(const fs::path& key_file, const fs::path& chain_file, const base::Hostname& hostname) {
    const auto key = sys::read_file(key_file, 1024 * 1024);
    if (!key) return std::unexpected(key.error());
    const auto chain = sys::read_file(chain_file, 1024 * 1024);
    if (!chain) return std::unexpected(chain.error());
    return make_pair(base::Secret(*key), *chain, hostname);
}

/// The certificates of `chain` behind its leaf.
std::string intermediates(const Pair& pair) {
    const auto chain = crypto::parse_chain(pair.chain_pem);
    std::string text;
    for (std::size_t i = 1; chain && i < chain->size(); ++i) text += (*chain)[i].pem;
    return text;
}

base::Result<> write_pair(const fs::path& folder, const Pair& pair) {
    if (const auto made = sys::ensure_directory(folder, {.mode = 0700}); !made) return made;
    const std::pair<const char*, std::string> files[] = {{"privkey.pem", pair.key_pem.reveal()},
                                                         {"cert.pem", pair.leaf.pem},
                                                         {"chain.pem", intermediates(pair)},
                                                         {"fullchain.pem", pair.chain_pem}};
    for (const auto& [name, content] : files)
        if (const auto written = sys::write_file(folder / name, content, {.mode = 0600}); !written) return written;
    return {};
}

/// Makes `link` lead to `target`, whatever stood there: an old link is replaced by a rename; a real folder (certbot's,
/// or one that was copied here) changes places with the link in one step and is moved to `aside`.
base::Result<> switch_link(const fs::path& link, const fs::path& target, const fs::path& aside) {
    if (!fs::is_directory(fs::symlink_status(link))) return sys::write_symlink(link, target);
    const fs::path fresh = link.parent_path() / ("." + link.filename().string() + ".new");
    if (const auto made = sys::write_symlink(fresh, target); !made) return made;
    if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE) != 0)
        return base::fail(std::format("cannot replace {}: {}", link.string(), base::errno_text(errno)));
    if (::rename(fresh.c_str(), aside.c_str()) != 0)
        return base::fail(std::format("cannot move {}: {}", fresh.string(), base::errno_text(errno)));
    return sys::sync_directory(link.parent_path());
}

void remove_old(const fs::path& archive) {
    std::error_code ignored;
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(archive, ignored))
        if (entry.is_directory(ignored)) folders.push_back(entry.path());
    std::ranges::sort(folders);  // their names are times
    for (std::size_t i = 0; i + kept_archives < folders.size(); ++i) fs::remove_all(folders[i], ignored);
}

}  // namespace

base::Result<Pair> make_pair(const base::Secret& key_pem, const std::string& chain_pem, const base::Hostname& hostname) {
    const auto chain = crypto::parse_chain(chain_pem);
    if (!chain) return std::unexpected(chain.error());
    const auto key = crypto::PrivateKey::parse(key_pem.reveal());
    if (!key) return std::unexpected(key.error());
    if (!crypto::matches(chain->front(), *key)) return base::fail("the private key is not that of the certificate");
    if (!crypto::valid_for(chain->front(), hostname)) return base::fail(std::format("the certificate is not for {}", hostname.str()));
    const auto pem = key->pem();
    if (!pem) return std::unexpected(pem.error());
    return Pair{.key_pem = *pem, .chain_pem = chain_pem, .leaf = chain->front()};
}

base::Result<Pair> Store::load_live() const {
    return load(live() / "privkey.pem", live() / "fullchain.pem", hostname);
}

base::Result<> Store::save_live(const Pair& pair, base::SystemTime now) const {
    const fs::path folder = archive() / std::format("{:%Y%m%dT%H%M%S}", now);
    for (const auto& parent : {letsencrypt(), archive().parent_path(), archive(), live().parent_path()})
        if (const auto made = sys::ensure_directory(parent, {.mode = 0700}); !made) return made;
    if (const auto written = write_pair(folder, pair); !written) return written;
    const fs::path target = fs::path("../archive") / hostname.str() / folder.filename();
    const fs::path aside = archive() / std::format("{:%Y%m%dT%H%M%S}-before", now);
    if (const auto switched = switch_link(live(), target, aside); !switched) return switched;
    remove_old(archive());
    return {};
}

base::Result<Pair> Store::ensure_stand_in(base::SystemTime now) const {
    if (auto there = load(stand_in(), stand_in(), hostname);
        there && there->leaf.not_after > now + std::chrono::days(30))
        return there;
    const auto key = crypto::PrivateKey::generate_ec_p256();
    if (!key) return std::unexpected(key.error());
    const auto chain = crypto::self_signed(*key, std::span(&hostname, 1), now - std::chrono::hours(1), stand_in_validity);
    if (!chain) return std::unexpected(chain.error());
    const auto pem = key->pem();
    if (!pem) return std::unexpected(pem.error());
    const auto written = sys::write_file(stand_in(), pem->reveal() + *chain, {.mode = 0600});
    if (!written) return std::unexpected(written.error());
    return make_pair(*pem, *chain, hostname);
}

base::Result<bool> Store::activate(const Pair& pair) const {
    const std::string content = pair.key_pem.reveal() + pair.chain_pem;
    if (sys::read_file(active).value_or("") == content) return false;
    if (const auto made = sys::ensure_directory(active.parent_path(), {.mode = 0700}); !made)
        return std::unexpected(made.error());
    if (const auto written = sys::write_file(active, content, {.mode = 0600}); !written)
        return std::unexpected(written.error());
    return true;
}

base::Result<Choice> choose(const settings::Settings& settings, const Store& store, base::SystemTime now) {
    std::string remark;
    if (settings.tls_mode != settings::TlsMode::selfsigned) {
        const bool own = settings.tls_mode == settings::TlsMode::files;
        auto pair =
            own ? load(settings.tls_key_file, settings.tls_certificate_file, store.hostname) : store.load_live();
        if (pair) {
            if (pair->leaf.not_after <= now) remark = "the certificate expired on " + date(pair->leaf.not_after);
            if (pair->leaf.not_before > now)
                remark = "the certificate is valid only from " + date(pair->leaf.not_before);
            return Choice{.pair = std::move(*pair), .stand_in = false, .remark = std::move(remark)};
        }
        if (own)
            remark = std::format("cannot use TLS_CERTIFICATE_FILE and TLS_KEY_FILE: {}", pair.error().text);
        else if (pair.error().kind != base::ErrorKind::not_found)
            remark = std::format("cannot use the certificate in {}: {}", store.live().string(), pair.error().text);
    }
    auto stand_in = store.ensure_stand_in(now);
    if (!stand_in) return std::unexpected(stand_in.error());
    return Choice{.pair = std::move(*stand_in), .stand_in = true, .remark = std::move(remark)};
}

}  // namespace certs
