#include "bootstrap/overrides.h"

#include <filesystem>
#include <format>

#include "base/log.h"
#include "base/text.h"
#include "bootstrap/configure.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

/// Nothing when there are none, or they cannot be read.
engines::Overrides last_good(const engines::Paths& paths, const std::string& engine) {
    const auto text = sys::read_file(paths.good_overrides() + "/" + engine, 256 * 1024 * 1024);
    return text ? from_text(*text).value_or(engines::Overrides{}) : engines::Overrides{};
}

struct Attempt {
    engines::Overridden made;
    bool checked = false;
};

base::Result<Attempt> attempt(const engines::Engine& engine, const engines::Overrides& overrides,
                              const engines::Paths& paths, const std::string& build) {
    auto made = engines::override_engine(engine, overrides, paths);
    if (!made) return std::unexpected(made.error());
    const auto done = configure(made->engine, build, paths.state() + "/checked-" + engine.name);
    if (!done) return std::unexpected(done.error());
    return Attempt{.made = std::move(*made), .checked = *done == "checked"};
}

std::string text_of(const base::Error& error) {
    return error.remedy.empty() ? error.text : error.text + ". " + error.remedy;
}

/// A checker's word on what it was given may name no file; then at least the operator's folder is named.
std::string with_folder(const engines::Paths& paths, const std::string& engine, std::string problem) {
    auto folder = engines::shown_override(paths, engine, "");
    return problem.contains(folder) ? problem : std::format("{}: {}", folder, problem);
}

}  // namespace

std::vector<std::string> for_people(const OverrideReport& report) {
    std::vector<std::string> lines;
    if (!report.problem.empty())
        lines.push_back(
            std::format("{}. {}", report.problem,
                        report.in_force == InForce::last_good
                            ? std::format("In force are the overrides of {} that worked last", report.engine)
                            : std::format("No overrides of {} are in force", report.engine)));
    for (const auto& warning : report.warnings) lines.push_back(warning);
    return lines;
}

base::Result<Configured> configure_with_overrides(const engines::Engine& engine, const engines::Paths& paths,
                                                  const std::string& build, const std::string& refused) {
    OverrideReport report{.engine = engine.name};
    const auto good = last_good(paths, engine.name);
    const auto current = read_overrides(paths, engine.name);
    const auto settle = [&](Attempt done, InForce which, engines::Overrides used) {
        report.in_force = which;
        report.warnings = std::move(done.made.warnings);
        report.used = std::move(used);
        report.unproven = which == InForce::current && !report.used.empty() && report.used != good;
        return Configured{
            .engine = std::move(done.made.engine), .overrides = std::move(report), .checked = done.checked};
    };
    if (!current) {
        report.problem = text_of(current.error());
    } else if (!refused.empty() && !current->empty()) {
        report.problem = with_folder(paths, engine.name, refused);
    } else {
        auto done = attempt(engine, *current, paths, build);
        if (done) return settle(std::move(*done), InForce::current, *current);
        if (current->empty()) return std::unexpected(done.error());
        report.problem = with_folder(paths, engine.name, text_of(done.error()));
    }
    if (!good.empty() && (!current || good != *current))
        if (auto done = attempt(engine, good, paths, build)) return settle(std::move(*done), InForce::last_good, good);
    auto plain = attempt(engine, {}, paths, build);
    if (!plain) return std::unexpected(plain.error());
    return settle(std::move(*plain), InForce::none, {});
}

base::Result<std::vector<std::string>> check_overrides(const engines::Engine& engine, const engines::Paths& paths) {
    const auto current = read_overrides(paths, engine.name);
    if (!current) return std::unexpected(current.error());
    if (current->empty()) return std::vector<std::string>{};
    auto made = engines::override_engine(engine, *current, paths);
    if (!made) return std::unexpected(made.error());
    if (const auto passed = check_copy(made->engine); !passed)
        return base::fail(with_folder(paths, engine.name, passed.error().text), passed.error().remedy);
    return std::move(made->warnings);
}

}  // namespace bootstrap
