#include "dkim/keys.h"

#include <sys/stat.h>

#include <format>

#include "crypto/key.h"
#include "dkim/record.h"

namespace dkim {
namespace {

constexpr std::uint64_t largest_key = 64 * 1024;

constexpr mode_t key_mode = 0640;

/// An imported key belongs to the user of another engine.
bool has_right_owner(const std::filesystem::path& file, const sys::Owner& owner) {
    struct stat now{};
    return ::stat(file.c_str(), &now) == 0 && (now.st_mode & 07777) == key_mode && now.st_uid == owner.uid &&
           now.st_gid == owner.gid;
}

/// The key's text when the file is there and good.
base::Result<std::string> read_key(const std::filesystem::path& file) {
    auto text = sys::read_file(file, largest_key);
    if (!text) return text;
    if (const auto value = record_value(*text); !value) {
        return base::fail(std::format("cannot use the DKIM key {}: {}", file.string(), value.error().text),
                          "Restore this file from a backup. To begin again with a new key, move it away, restart and "
                          "publish the new DNS record.");
    }
    return text;
}

bool is_missing(const base::Result<std::string>& read) {
    return !read && read.error().kind == base::ErrorKind::not_found;
}

base::Result<> write_record(const Keys& keys, const base::Domain& domain, const std::string& key) {
    const auto wanted = zone_text(key, domain, keys.selector);
    if (!wanted) return std::unexpected(wanted.error());
    // What an operator wrote into the file may stay as long as it is about this very key.
    const auto present = sys::read_file(keys.record(domain), largest_key);
    if (present && public_key_in(*present) == public_key_in(*wanted)) return {};
    return sys::write_file(keys.record(domain), *wanted, {.mode = 0644});
}

}  // namespace

std::filesystem::path Keys::private_key(const base::Domain& domain) const {
    return folder / domain.str() / (selector + ".private");
}

std::filesystem::path Keys::record(const base::Domain& domain) const {
    return folder / domain.str() / (selector + ".txt");
}

base::Result<Ensured> ensure_key(const Keys& keys, const base::Domain& domain) {
    for (const auto& folder : {keys.folder, keys.folder / domain.str()})
        if (const auto made = sys::ensure_directory(folder, {.mode = 0750, .owner = keys.owner}); !made)
            return std::unexpected(made.error());

    Ensured done = Ensured::there;
    auto key = read_key(keys.private_key(domain));
    if (is_missing(key)) {
        key = read_key(keys.folder / (keys.selector + ".private"));
        done = Ensured::copied;
    }
    if (is_missing(key)) {
        const auto fresh = crypto::PrivateKey::generate_rsa();
        if (!fresh) return std::unexpected(fresh.error());
        const auto pem = fresh->pem();
        if (!pem) return std::unexpected(pem.error());
        key = pem->reveal();
        done = Ensured::made;
    }
    if (!key) return std::unexpected(key.error());
    const auto file = keys.private_key(domain);
    if (done != Ensured::there || !has_right_owner(file, keys.owner))
        if (const auto written = sys::write_file(file, *key, {.mode = key_mode, .owner = keys.owner}); !written)
            return std::unexpected(written.error());
    if (const auto written = write_record(keys, domain, *key); !written) return std::unexpected(written.error());
    return done;
}

base::Result<std::string> published_value(const Keys& keys, const base::Domain& domain) {
    const auto key = read_key(keys.private_key(domain));
    if (!key) return key;
    return record_value(*key);
}

}  // namespace dkim
