#include "bootstrap/step.h"

namespace bootstrap {
namespace {

base::Result<> run_step(const Step& step, const Progress& progress) {
    const auto needed = step.needed();
    if (!needed) return std::unexpected(needed.error());
    if (!*needed) {
        progress.report(ProgressKind::done, step.name, "nothing to do");
        return {};
    }
    const auto done = step.run();
    if (!done) return std::unexpected(done.error());
    progress.report(ProgressKind::done, step.name, *done);
    return {};
}

}  // namespace

base::Result<> run_steps(const std::vector<Step>& steps, const Progress& progress) {
    for (const auto& step : steps) {
        if (const auto result = run_step(step, progress); !result) {
            const auto& error = result.error();
            progress.report(ProgressKind::failed, step.name,
                            error.remedy.empty() ? error.text : error.text + ". " + error.remedy);
            return result;
        }
    }
    return {};
}

}  // namespace bootstrap
