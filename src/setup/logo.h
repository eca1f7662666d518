#pragma once
/// The logo that mail services show beside the mail of a domain (BIMI): SVG of the profile Tiny PS
/// (draft-svg-tiny-ps-abrotman). Pure.
#include <string>
#include <string_view>

namespace setup {

/// Where this server serves the logo of its workspace, on HOSTNAME.
constexpr std::string_view logo_path = "/bimi.svg";

/// Why mail services would not take this file, as a sentence; empty: nothing is known to be wrong. Stricter than the
/// profile where that is simpler.
std::string logo_fault(std::string_view svg);

}  // namespace setup
