#include "engines/postfix/overrides.h"

#include <algorithm>
#include <format>
#include <map>
#include <optional>

#include "base/text.h"
#include "engines/postfix/main_cf.h"
#include "engines/postfix/master_cf.h"
#include "engines/postfix/safety.h"
#include "engines/sockets.h"

namespace engines {
namespace {

constexpr std::string_view main_path = "/etc/postfix/main.cf", master_path = "/etc/postfix/master.cf";

/// What the operator wrote, and where, for messages.
struct Own {
    std::string main_name, master_name;  ///< as the operator knows the files
    std::vector<Parameter> parameters;
    std::vector<MasterService> services;

    std::string at(std::string_view file, std::size_t line, std::string_view what) const {
        return std::format("{} line {}: {}", file, line, what);
    }
};

RenderedFile* find_file(Engine& engine, std::string_view path) {
    const auto found = std::ranges::find(engine.files, path, &RenderedFile::path);
    return found == engine.files.end() ? nullptr : &*found;
}

/// The line of a service that sets the parameter.
std::size_t line_of(const MasterService& service, std::string_view parameter) {
    std::size_t line = service.line;
    for (const auto text : base::split(service.text, '\n')) {
        if (!base::trim(text).starts_with('#') && text.contains(parameter)) return line;
        ++line;
    }
    return service.line;
}

std::optional<std::string> option_of(const MasterService& service, std::string_view name) {
    std::optional<std::string> last;  // as Postfix does it
    for (const auto& [option, value] : service.options)
        if (option == name) last = value;
    return last;
}

base::Result<> refuse_fixed(const Own& own) {
    const auto refuse = [&](std::string_view file, std::size_t line, std::string_view name) {
        return base::fail(own.at(file, line, std::format("{} cannot be changed: {}", name, why_fixed(name))));
    };
    for (const auto& parameter : own.parameters)
        if (!why_fixed(parameter.name).empty()) return refuse(own.main_name, parameter.line, parameter.name);
    for (const auto& service : own.services)
        for (const auto& option : service.options)
            if (!why_fixed(option.first).empty())
                return refuse(own.master_name, line_of(service, option.first), option.first);
    return {};
}

/// Where the parameter of a finding is set: by the service, in main.cf, or somewhere it refers to.
std::string blame(const Own& own, const MasterService* service, const Finding& finding) {
    const auto what = std::format("{}: {}", finding.parameter, finding.reason);
    if (service && option_of(*service, finding.parameter))
        return own.at(own.master_name, line_of(*service, finding.parameter), what);
    const auto parameter = std::ranges::find(own.parameters, finding.parameter, &Parameter::name);
    if (parameter != own.parameters.end()) return own.at(own.main_name, parameter->line, what);
    if (service && std::ranges::contains(own.services, service->text, &MasterService::text))
        return own.at(own.master_name, service->line, what);
    return std::format("{}: {}", own.parameters.empty() ? own.master_name : own.main_name, what);
}

bool is_smtp_server(const MasterService& service) {
    const auto slash = service.command.rfind('/');
    return service.command.substr(slash == std::string::npos ? 0 : slash + 1) == "smtpd";
}

/// Every SMTP server of the merged configuration, and main.cf by itself, must be safe.
base::Result<> refuse_unsafe(const Own& own, const std::vector<Parameter>& main,
                             const std::vector<MasterService>& services) {
    const ParameterLookup in_main = [&](std::string_view name) -> std::optional<std::string> {
        const auto found = std::ranges::find(main, name, &Parameter::name);
        return found == main.end() ? std::nullopt : std::optional(found->value);
    };
    if (const auto finding = find_unsafe(in_main)) return base::fail(blame(own, nullptr, *finding));
    for (const auto& service : services) {
        if (!is_smtp_server(service)) continue;
        const ParameterLookup of_service = [&](std::string_view name) {
            const auto option = option_of(service, name);
            return option ? option : in_main(name);
        };
        const auto mine = std::ranges::find_if(own.services, [&](const MasterService& candidate) {
            return candidate.name == service.name && candidate.type == service.type;
        });
        if (const auto finding = find_unsafe(of_service))
            return base::fail(blame(own, mine == own.services.end() ? nullptr : &*mine, *finding));
    }
    return {};
}

std::vector<std::string> warnings_of(const Own& own, const Paths& paths) {
    std::vector<std::string> warnings;
    for (const auto& parameter : own.parameters)
        if (parameter.name == "smtpd_milters" && !parameter.value.contains(milter_socket(paths)))
            warnings.push_back(
                own.at(own.main_name, parameter.line,
                       std::format("without unix:{} in smtpd_milters mail is neither checked for spam nor "
                                   "signed",
                                   milter_socket(paths))));
    return warnings;
}

/// Postfix only warns about a name it does not know, as of a mistyped parameter: here that is a mistake.
void check_for_unknown_names(Engine& engine, const Own& own) {
    for (auto& check : engine.checks)
        if (check.argv == std::vector<std::string>{"postconf", "-n"})
            check.argv = {"/bin/sh", "-c",
                          "said=$(postconf -n 2>&1 >/dev/null) && ! echo \"$said\" | grep 'unused parameter' || "
                          "{ echo \"$said\" | grep -v 'unused parameter'; exit 1; }"};
    for (const auto& parameter : own.parameters)
        engine.operator_names.emplace_back(
            std::format("postconf: warning: {}: unused parameter: {}=", main_path, parameter.name),
            own.at(own.main_name, parameter.line, std::format("Postfix knows no parameter {}=", parameter.name)));
    for (const auto& service : own.services)
        for (const auto& option : service.options)
            engine.operator_names.emplace_back(
                std::format("postconf: warning: {}: unused parameter: {}=", master_path, option.first),
                own.at(own.master_name, line_of(service, option.first),
                       std::format("Postfix knows no parameter {}=", option.first)));
}

base::Result<> read(const OverrideFile& file, const std::string& shown, Own& own) {
    if (file.name == "main.cf") {
        auto parameters = parse_main_cf(file.content);
        if (!parameters) return base::fail(shown + " " + parameters.error().text);
        own.parameters = std::move(*parameters);
    } else if (file.name == "master.cf") {
        auto services = parse_master_cf(file.content);
        if (!services) return base::fail(shown + " " + services.error().text);
        own.services = std::move(*services);
    } else if (file.name.contains('/')) {
        return base::fail(std::format("{}: there are no folders in Postfix's overrides", shown),
                          "Put the file beside main.cf; it is then /etc/postfix/override/<name>.");
    } else if (const auto checked = check_postfix_text(file.content); !checked) {
        return base::fail(shown + " " + checked.error().text);
    }
    return {};
}

}  // namespace

base::Result<Overridden> override_postfix(Engine engine, const Overrides& overrides, const Paths& paths) {
    const std::string folder = "/etc/postfix/override/";
    Own own{.main_name = shown_override(paths, engine.name, "main.cf"),
            .master_name = shown_override(paths, engine.name, "master.cf")};
    for (const auto& file : overrides) {
        const auto shown = shown_override(paths, engine.name, file.name);
        if (const auto good = read(file, shown, own); !good) return std::unexpected(good.error());
        if (file.name == "main.cf" || file.name == "master.cf") continue;
        engine.files.push_back({.path = folder + file.name, .content = file.content, .mode = 0640, .group = "postfix"});
        engine.operator_names.emplace_back(folder + file.name, shown);
    }
    if (const auto good = refuse_fixed(own); !good) return std::unexpected(good.error());

    auto* const main = find_file(engine, main_path);
    auto* const master = find_file(engine, master_path);
    if (!main || !master) return base::fail("cannot put overrides into Postfix: its main.cf or master.cf is missing");
    main->content = merge_main_cf(main->content, own.parameters);
    master->content = merge_master_cf(master->content, own.services);
    const auto parameters = parse_main_cf(main->content);
    const auto services = parse_master_cf(master->content);
    if (!parameters || !services)
        return base::context("cannot merge overrides into Postfix", parameters ? services.error() : parameters.error());
    if (const auto safe = refuse_unsafe(own, *parameters, *services); !safe) return std::unexpected(safe.error());
    check_for_unknown_names(engine, own);
    return Overridden{.engine = std::move(engine), .warnings = warnings_of(own, paths)};
}

}  // namespace engines
