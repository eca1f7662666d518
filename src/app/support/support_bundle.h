#pragma once
/// `mailserver support-bundle`: what somebody who helps has to know, without secrets, as one text.
#include "app/common/command.h"

namespace app {

/// With the word `-` the container's log comes on stdin and goes into it.
base::ExitCode support_bundle_command(Arguments arguments, const settings::Settings& settings,
                                      const Installation& here);

}  // namespace app
