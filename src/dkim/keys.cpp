#include "dkim/keys.h"

#include <sys/stat.h>

#include <format>

#include "dkim/record.h"

namespace dkim {
namespace {

constexpr std::uint64_t largest_key = 64 * 1024;

constexpr mode_t key_mode = 0640;
constexpr auto algorithms = {Algorithm::rsa, Algorithm::ed25519};

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

base::Result<> write_record(const Keys& keys, const base::Domain& domain, std::string_view selector,
                            const std::string& key) {
    const auto wanted = zone_text(key, domain, selector);
    if (!wanted) return std::unexpected(wanted.error());
    // What an operator wrote into the file may stay as long as it is about this very key.
    const auto file = keys.record(domain, selector);
    const auto present = sys::read_file(file, largest_key);
    if (present && public_key_in(*present) == public_key_in(*wanted)) return {};
    return sys::write_file(file, *wanted, {.mode = 0644});
}

/// Sees to it that a key and its record have their files.
base::Result<Ensured> ensure_files(const Keys& keys, const base::Domain& domain, const std::string& selector,
                                   Algorithm algorithm) {
    const auto file = keys.private_key(domain, selector);
    Ensured done = Ensured::there;
    auto key = read_key(file);
    if (is_missing(key)) {
        key = read_key(keys.folder / (selector + ".private"));
        done = Ensured::copied;
    }
    if (is_missing(key)) {
        key = new_private_key(algorithm);
        done = Ensured::made;
    }
    if (!key) return std::unexpected(key.error());
    if (done != Ensured::there || !has_right_owner(file, keys.owner))
        if (const auto written = sys::write_file(file, *key, {.mode = key_mode, .owner = keys.owner}); !written)
            return std::unexpected(written.error());
    if (const auto written = write_record(keys, domain, selector, *key); !written)
        return std::unexpected(written.error());
    return done;
}

base::Result<> write_ring(const Keys& keys, const base::Domain& domain, const Ring& ring) {
    return sys::write_file(keys.ring(domain), to_text(ring), {.mode = 0644});
}

/// A new key, announced; its selector.
base::Result<std::string> announce(const Keys& keys, const base::Domain& domain, Ring& ring, Algorithm algorithm,
                                   base::SystemTime now) {
    auto selector = ring.dated_selector(algorithm, now);
    if (const auto made = ensure_files(keys, domain, selector, algorithm); !made) return std::unexpected(made.error());
    ring.add({.selector = selector, .algorithm = algorithm, .state = State::announced, .since = now});
    return selector;
}

/// The ring, to be changed by nobody else meanwhile.
struct Locked {
    sys::FileLock lock;
    Ring ring;
};

base::Result<Locked> lock_ring(const Keys& keys, const base::Domain& domain) {
    auto lock = sys::FileLock::take(keys.folder / "lock");
    if (!lock) return std::unexpected(lock.error());
    auto ring = read_ring(keys, domain);
    if (!ring) return std::unexpected(ring.error());
    return Locked{std::move(*lock), std::move(*ring)};
}

/// The first ring of a domain: the operator's key signs, nobody could wait for the DNS.
Ring first_ring(const Keys& keys, base::SystemTime now) {
    Ring ring(keys.selector);
    ring.add({.selector = keys.selector, .algorithm = Algorithm::rsa, .state = State::signing, .since = now});
    return ring;
}

}  // namespace

std::filesystem::path Keys::private_key(const base::Domain& domain, std::string_view name) const {
    return folder / domain.str() / (std::string(name) + ".private");
}

std::filesystem::path Keys::record(const base::Domain& domain, std::string_view name) const {
    return folder / domain.str() / (std::string(name) + ".txt");
}

std::filesystem::path Keys::ring(const base::Domain& domain) const {
    return folder / domain.str() / "ring.json";
}

base::Result<Ensured> ensure_keys(const Keys& keys, const base::Domain& domain, base::SystemTime now) {
    for (const auto& folder : {keys.folder, keys.folder / domain.str()})
        if (const auto made = sys::ensure_directory(folder, {.mode = 0750, .owner = keys.owner}); !made)
            return std::unexpected(made.error());
    const auto lock = sys::FileLock::take(keys.folder / "lock");
    if (!lock) return std::unexpected(lock.error());

    auto ring = read_ring(keys, domain);
    if (!ring && ring.error().kind == base::ErrorKind::not_found) ring = first_ring(keys, now);
    if (!ring) return std::unexpected(ring.error());
    const auto text_before = to_text(*ring);
    if (ring->base() != keys.selector) {
        if (ring->find(keys.selector) == nullptr)
            ring->add(
                {.selector = keys.selector, .algorithm = Algorithm::rsa, .state = State::announced, .since = now});
        ring->rename(keys.selector);
    }
    if (!ring->has(Algorithm::ed25519, State::announced) && !ring->has(Algorithm::ed25519, State::signing))
        ring->add({.selector = ring->free_selector(Algorithm::ed25519),
                   .algorithm = Algorithm::ed25519,
                   .state = State::announced,
                   .since = now});

    Ensured done = Ensured::there;
    for (const Key& key : std::vector(ring->keys())) {
        if (key.state == State::retired) continue;
        const auto ensured = ensure_files(keys, domain, key.selector, key.algorithm);
        if (!ensured) return ensured;
        if (*ensured == Ensured::there || key.state == State::announced) continue;
        done = *ensured;
        // Without an RSA key nothing would be signed; a second signature may wait until its record is there.
        if (key.algorithm == Algorithm::ed25519) ring->announce_again(key.selector, now);
    }
    if (to_text(*ring) != text_before || !std::filesystem::exists(keys.ring(domain)))
        if (const auto written = write_ring(keys, domain, *ring); !written) return std::unexpected(written.error());
    return done;
}

base::Result<Adopted> adopt_key(const Keys& keys, const base::Domain& domain, const std::string& selector,
                                const std::string& private_key, bool replace, base::SystemTime now) {
    const auto value = record_value(private_key);
    if (!value) return std::unexpected(value.error());
    if (!is_selector(selector)) return base::fail("its selector cannot be one");
    const auto algorithm = value->contains("k=ed25519") ? Algorithm::ed25519 : Algorithm::rsa;
    for (const auto& folder : {keys.folder, keys.folder / domain.str()})
        if (const auto made = sys::ensure_directory(folder, {.mode = 0750, .owner = keys.owner}); !made)
            return std::unexpected(made.error());
    const auto lock = sys::FileLock::take(keys.folder / "lock");
    if (!lock) return std::unexpected(lock.error());

    const auto file = keys.private_key(domain, selector);
    const auto present = read_key(file);
    if (!present && !is_missing(present)) return std::unexpected(present.error());
    auto ring = read_ring(keys, domain);
    const bool is_first = !ring && ring.error().kind == base::ErrorKind::not_found;
    if (!ring && !is_first) return std::unexpected(ring.error());
    const bool is_same = present && record_value(*present) == value;
    if (is_same && !is_first && ring->find(selector) != nullptr) return Adopted::there;
    if (present && !is_same && !replace) return Adopted::conflict;

    // A ring of this key alone; the next start announces the one that the settings name.
    if (is_first) ring = Ring(selector);
    if (present && !is_same && !is_first) {
        // First under its new name, so that a kill loses none of the two.
        const auto aside = ring->dated_selector(algorithm, now);
        if (const auto kept =
                sys::write_file(keys.private_key(domain, aside), *present, {.mode = key_mode, .owner = keys.owner});
            !kept)
            return std::unexpected(kept.error());
        ring->add({.selector = aside, .algorithm = algorithm, .state = State::announced, .since = now});
    }
    if (const auto written = sys::write_file(file, private_key, {.mode = key_mode, .owner = keys.owner}); !written)
        return std::unexpected(written.error());
    if (const auto written = write_record(keys, domain, selector, private_key); !written)
        return std::unexpected(written.error());
    const bool signs = !ring->has(algorithm, State::signing);
    if (ring->find(selector) == nullptr)
        ring->add({.selector = selector,
                   .algorithm = algorithm,
                   .state = signs ? State::signing : State::announced,
                   .since = now});
    // An Ed25519 key alone is no ring: without an RSA key nothing would be signed. It waits for the first start.
    if (!ring->has(Algorithm::rsa, State::signing)) return Adopted::announced;
    if (const auto written = write_ring(keys, domain, *ring); !written) return std::unexpected(written.error());
    return ring->find(selector)->state == State::announced ? Adopted::announced : Adopted::signs;
}

base::Result<Ring> read_ring(const Keys& keys, const base::Domain& domain) {
    const auto text = sys::read_file(keys.ring(domain), largest_key);
    if (!text) return std::unexpected(text.error());
    auto ring = parse_ring(*text);
    if (!ring)
        return base::fail(std::format("cannot use {}: {}", keys.ring(domain).string(), ring.error().text),
                          "Restore this file from a backup. Without it the key that DKIM_KEY_SELECTOR names signs.");
    return ring;
}

base::Result<std::vector<PublicKey>> public_keys(const Keys& keys, const base::Domain& domain) {
    const auto ring = read_ring(keys, domain);
    if (!ring) return std::unexpected(ring.error());
    std::vector<PublicKey> all;
    for (const Key& key : ring->keys()) {
        const auto text = read_key(keys.private_key(domain, key.selector));
        if (!text && key.state == State::retired) continue;
        if (!text) return std::unexpected(text.error());
        auto value = record_value(*text);
        if (!value) return std::unexpected(value.error());
        all.push_back({key, std::move(*value)});
    }
    return all;
}

base::Result<std::vector<std::string>> announce_next(const Keys& keys, const base::Domain& domain,
                                                     base::SystemTime now) {
    auto locked = lock_ring(keys, domain);
    if (!locked) return std::unexpected(locked.error());
    std::vector<std::string> announced;
    for (const auto algorithm : algorithms) {
        if (locked->ring.has(algorithm, State::announced)) continue;
        auto selector = announce(keys, domain, locked->ring, algorithm, now);
        if (!selector) return std::unexpected(selector.error());
        announced.push_back(std::move(*selector));
    }
    if (announced.empty()) return announced;
    if (const auto written = write_ring(keys, domain, locked->ring); !written) return std::unexpected(written.error());
    return announced;
}

base::Result<> take_over(const Keys& keys, const base::Domain& domain, std::string_view selector,
                         base::SystemTime now) {
    auto locked = lock_ring(keys, domain);
    if (!locked) return std::unexpected(locked.error());
    if (!locked->ring.take_over(selector, now))
        return base::fail(std::format("{} has no DKIM key with the selector '{}'", domain.str(), selector),
                          "See ./dkim.sh list.", base::ErrorKind::not_found);
    return write_ring(keys, domain, locked->ring);
}

base::Result<> forget_retired(const Keys& keys, const base::Domain& domain, base::SystemTime now) {
    auto locked = lock_ring(keys, domain);
    if (!locked) return std::unexpected(locked.error());
    if (!locked->ring.forget(now)) return {};
    return write_ring(keys, domain, locked->ring);
}

}  // namespace dkim
