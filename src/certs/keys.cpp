#include "certs/keys.h"

#include <algorithm>
#include <format>
#include <optional>

#include "base/log.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "sys/files.h"

namespace certs {
namespace {

constexpr std::uint64_t largest_key = 64 * 1024;

/// "acme-v02.api.letsencrypt.org", "localhost_14000": fit for a folder name whatever the URL is.
std::string ca_name(const std::string& directory_url) {
    std::string_view rest = directory_url;
    if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) rest.remove_prefix(scheme + 3);
    std::string name = base::lower(rest.substr(0, rest.find('/')));
    std::ranges::replace_if(
        name, [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'); }, '_');
    return name.empty() || name.starts_with('.') ? "_" + name : name;
}

base::Result<crypto::PrivateKey> keep(const std::filesystem::path& file, base::Result<crypto::PrivateKey> key) {
    if (!key) return key;
    const auto pem = key->pem();
    if (!pem) return std::unexpected(pem.error());
    for (const auto& folder : {file.parent_path().parent_path(), file.parent_path()})
        if (const auto made = sys::ensure_directory(folder, {.mode = 0700}); !made)
            return std::unexpected(made.error());
    if (const auto written = sys::write_file(file, pem->reveal(), {.mode = 0600}); !written)
        return std::unexpected(written.error());
    return key;
}

std::filesystem::path server_key_file(const LiveFolder& folder) {
    return folder.letsencrypt / "keys" / (folder.hostname.str() + ".pem");
}

std::filesystem::path next_key_file(const LiveFolder& folder) {
    return folder.letsencrypt / "keys" / (folder.hostname.str() + ".next.pem");
}

base::Result<crypto::PrivateKey> read_key(const std::filesystem::path& file) {
    const auto text = sys::read_file(file, largest_key);
    if (!text) return std::unexpected(text.error());
    auto key = crypto::PrivateKey::parse(*text);
    if (key && key->kind() == crypto::KeyKind::ec_p256) return key;
    return base::fail(std::format("{} is damaged", file.string()));
}

}  // namespace

base::Result<crypto::PrivateKey> account_key(const std::filesystem::path& letsencrypt,
                                             const std::string& directory_url) {
    const auto file = letsencrypt / "accounts" / ca_name(directory_url) / "mailserver.key";
    const auto text = sys::read_file(file, largest_key);
    if (!text && text.error().kind == base::ErrorKind::not_found)
        return keep(file, crypto::PrivateKey::generate_ec_p256());
    if (!text) return std::unexpected(text.error());
    auto key = crypto::PrivateKey::parse(*text);
    if (key && key->kind() == crypto::KeyKind::ec_p256) return key;
    return base::fail(std::format("cannot use the ACME account key {}: it is damaged", file.string()),
                      "Restore it from a backup, or move it away: a new account is made then.");
}

base::Result<crypto::PrivateKey> kept_server_key(const LiveFolder& folder) {
    return read_key(server_key_file(folder));
}

base::Result<crypto::PrivateKey> server_key(const LiveFolder& folder) {
    const auto file = server_key_file(folder);
    const auto text = sys::read_file(file, largest_key);
    if (!text && text.error().kind != base::ErrorKind::not_found) return std::unexpected(text.error());
    if (auto key = kept_server_key(folder)) return key;
    if (text) base::log("certs", std::format("{} is damaged: the next certificate gets a new key", file.string()));
    const auto in_use = load(folder);
    if (in_use && in_use->key.kind() == crypto::KeyKind::ec_p256) return keep(file, in_use->key);
    return keep(file, crypto::PrivateKey::generate_ec_p256());
}

base::Result<crypto::PrivateKey> kept_next_key(const LiveFolder& folder) {
    return read_key(next_key_file(folder));
}

base::Result<crypto::PrivateKey> next_server_key(const LiveFolder& folder) {
    auto key = kept_next_key(folder);
    return key ? key : keep(next_key_file(folder), crypto::PrivateKey::generate_ec_p256());
}

base::Result<> take_over_next_key(const LiveFolder& folder) {
    if (const auto key = kept_next_key(folder); !key) return std::unexpected(key.error());
    std::error_code error;
    std::filesystem::rename(next_key_file(folder), server_key_file(folder), error);
    if (error)
        return base::fail(std::format("cannot replace {}: {}", server_key_file(folder).string(), error.message()));
    return sys::sync_directory(server_key_file(folder).parent_path());
}

std::string tlsa_digest(const crypto::PrivateKey& key) {
    return crypto::sha256_hex(key.public_key());
}

}  // namespace certs
