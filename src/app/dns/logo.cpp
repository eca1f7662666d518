#include "app/dns/logo.h"

#include <filesystem>
#include <format>

#include "base/log.h"
#include "setup/logo.h"
#include "sys/files.h"

namespace app {
namespace {

constexpr std::uint64_t largest_file = 1024 * 1024;

std::string logo_file(const Installation& here) {
    return here.workspace + "/etc/bimi/logo.svg";
}

}  // namespace

std::string logo_url(const settings::Settings& settings, const Installation& here) {
    if (!settings.bimi_logo_url.empty() || !std::filesystem::exists(logo_file(here))) return settings.bimi_logo_url;
    return std::format("https://{}{}", settings.hostname.str(), setup::logo_path);
}

std::string served_logo(const Installation& here) {
    const auto svg = sys::read_file(logo_file(here), largest_file);
    if (!svg) {
        if (svg.error().kind != base::ErrorKind::not_found) base::log("web", svg.error().text);
        return {};
    }
    const auto fault = setup::logo_fault(*svg);
    if (fault.empty()) return *svg;
    base::log("web",
              std::format("WARNING: the logo {} is not served: {} It must be SVG Tiny PS.", logo_file(here), fault));
    return {};
}

}  // namespace app
