#pragma once
/// `mailserver sbom`: what the image is made of, for programs that look for known holes in it (CycloneDX 1.5, JSON).
#include <string_view>

#include "app/common/command.h"
#include "base/error.h"
#include "json/json.h"

namespace app {

/// What dpkg-query is asked for: one package a line, fields separated by tabs.
inline constexpr std::string_view package_format =
    "${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n";

/// The bill of materials: this program, and in it the packages of `dpkg_lines` that are installed. `time` is RFC 3339.
/// A line that is none of package_format is an error.
base::Result<json::Value> bill_of_materials(std::string_view dpkg_lines, std::string_view program_version,
                                            std::string_view time);

base::ExitCode sbom_command(Arguments arguments);

}  // namespace app
