#pragma once
/// The start as a list of named steps. A step that is done already says so and costs nothing; every step leaves whole
/// files behind and can be killed at any point: the next start begins the list again from the top.
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "bootstrap/progress.h"

namespace bootstrap {

struct Step {
    std::string name;                                ///< "DKIM keys"
    std::function<base::Result<bool>()> needed;      ///< false: nothing to do
    std::function<base::Result<std::string>()> run;  ///< what was done, in a few words
};

/// Runs the steps in order, reporting each; stops at the first that fails.
base::Result<> run_steps(const std::vector<Step>& steps, const Progress& progress);

}  // namespace bootstrap
