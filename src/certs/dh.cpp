#include "certs/dh.h"

#include "crypto/dh.h"
#include "sys/files.h"

namespace certs {
namespace {

constexpr std::uint64_t largest_file = 64 * 1024;

std::filesystem::path own_file(const std::filesystem::path& file) {
    return file.parent_path() / "dh-own.pem";
}

/// The content when it can be used; empty otherwise.
std::string usable_content(const std::filesystem::path& file) {
    const auto text = sys::read_file(file, largest_file);
    return text && crypto::usable_dh(*text) ? *text : std::string();
}

base::Result<bool> put(const std::filesystem::path& file, const std::string& content) {
    const auto present = sys::read_file(file, largest_file);
    if (present && *present == content) return false;
    if (const auto made = sys::ensure_directory(file.parent_path()); !made) return std::unexpected(made.error());
    if (const auto written = sys::write_file(file, content); !written) return std::unexpected(written.error());
    return true;
}

}  // namespace

base::Result<> ensure_dh(const std::filesystem::path& file, settings::DhParams wanted) {
    const auto group = crypto::ffdhe3072();
    if (!group) return std::unexpected(group.error());
    const std::string present = usable_content(file);
    if (!present.empty() && wanted == settings::DhParams::generate) return {};
    if (!present.empty() && present != *group && usable_content(own_file(file)).empty())
        if (const auto kept = put(own_file(file), present); !kept) return std::unexpected(kept.error());
    if (const auto done = put(file, *group); !done) return std::unexpected(done.error());
    return {};
}

base::Result<bool> use_own_dh(const std::filesystem::path& file, const std::stop_token& stop, int bits) {
    const auto group = crypto::ffdhe3072();
    if (!group) return std::unexpected(group.error());
    const std::string present = usable_content(file);
    if (!present.empty() && present != *group) return false;
    std::string own = usable_content(own_file(file));
    if (own.empty()) {
        auto made = crypto::generate_dh(bits, [&] { return stop.stop_requested(); });
        if (!made) return std::unexpected(made.error());
        own = std::move(*made);
        if (const auto kept = put(own_file(file), own); !kept) return kept;
    }
    return put(file, own);
}

}  // namespace certs
