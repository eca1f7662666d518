#include "certs/dh.h"

#include "crypto/dh.h"
#include "sys/command.h"
#include "sys/files.h"

namespace certs {

base::Result<bool> ensure_dh_parameters(const std::filesystem::path& file) {
    const auto there = sys::read_file(file, 64 * 1024);
    if (there && crypto::usable_dh(*there)) return false;
    const auto group = crypto::ffdhe3072();
    if (!group) return std::unexpected(group.error());
    if (const auto written = sys::write_file(file, *group); !written) return std::unexpected(written.error());
    return true;
}

base::Result<bool> is_standard_group(const std::filesystem::path& file) {
    const auto there = sys::read_file(file, 64 * 1024);
    if (!there) return std::unexpected(there.error());
    const auto group = crypto::ffdhe3072();
    if (!group) return std::unexpected(group.error());
    return *there == *group;
}

base::Result<> generate_dh_parameters(const std::filesystem::path& file) {
    const auto made =
        sys::run({.argv = {"nice", "-n", "19", "openssl", "dhparam", "3072"}, .timeout = std::chrono::hours(6)});
    if (!made) return base::context("cannot make own DH parameters", made.error());
    const auto begin = made->output.find("-----BEGIN DH PARAMETERS-----");
    if (made->exit_code != 0 || begin == std::string::npos || !crypto::usable_dh(made->output.substr(begin)))
        return base::fail("cannot make own DH parameters: openssl dhparam failed");
    return sys::write_file(file, made->output.substr(begin));
}

}  // namespace certs
