#pragma once
#include <string_view>

namespace app {

/// Version and build of this program, as `mailserver version` prints it.
extern const std::string_view version;

}  // namespace app
