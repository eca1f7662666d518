#include "app/user/quota_warning.h"

#include <algorithm>
#include <format>
#include <iostream>

#include "base/text.h"
#include "sys/command.h"

namespace app {
namespace {

/// Runs one of Dovecot's tools; what it printed.
base::Result<std::string> run_tool(const sys::Command& tool) {
    auto outcome = sys::run(tool);
    if (!outcome) return std::unexpected(outcome.error());
    if (outcome->exit_code != 0)
        return base::fail(std::format("{} exits with code {}: {}", tool.argv.front(), outcome->exit_code,
                                      base::printable(base::trim(outcome->output))));
    return std::move(outcome->output);
}

base::Result<> warn(std::string_view percent, std::string_view user) {
    const auto address = base::EmailAddress::parse(user);
    if (!address) return std::unexpected(address.error());
    const auto printed = run_tool({.argv = {"/usr/bin/doveadm", "-f", "tab", "quota", "get", "-u", address->str()}});
    if (!printed) return std::unexpected(printed.error());
    const auto usage = parse_usage(*printed);
    if (!usage) return std::unexpected(usage.error());
    const bool full = *base::parse_number(percent) >= 100;
    return deliver(quota_notice(*address, *usage, full), base::RealClock().now());
}

}  // namespace

base::Result<Usage> parse_usage(std::string_view printed) {
    for (const auto line : base::split(printed, '\n')) {
        // Name, type, value and limit in KiB, per cent.
        const auto columns = base::split(line, '\t');
        if (columns.size() < 4 || columns[1] != "STORAGE") continue;
        const auto used = base::parse_number(columns[2]), limit = base::parse_number(columns[3]);
        if (used && limit && *limit != 0) return Usage{.used = *used * 1024, .limit = *limit * 1024};
    }
    return base::fail("the mailbox has no limit any more");
}

Notice quota_notice(const base::EmailAddress& user, const Usage& usage, bool full) {
    const std::string_view state = full ? "full" : "nearly full";
    return {.to = user,
            .subject = std::format("Your mailbox is {}", state),
            .topic = full ? "quota-full" : "quota-nearly-full",
            .text = std::format("The mailbox {0} may hold {1}; {2} are in use.\n"
                                "\n"
                                "{3}\n"
                                "\n"
                                "To make room, delete mail you no longer need and then empty the Trash folder:\n"
                                "what is in there counts as well. Or ask postmaster@{4} for more room.\n",
                                user.str(), base::human_size(usage.limit), base::human_size(usage.used),
                                full ? "New mail to you is refused from now on, and its senders are told why."
                                     : "When it is full, new mail to you will be refused, and its senders told why.",
                                user.domain().str())};
}

base::ExitCode quota_warning_command(Arguments arguments) {
    if (arguments.size() != 2 || !base::parse_number(arguments[0]))
        return report(usage_error("quota-warning", "PERCENT USER"));
    const auto warned = warn(arguments[0], arguments[1]);
    if (warned) return base::ExitCode::ok;
    return report(
        {.text = std::format("cannot tell a user that the mailbox is {} % full: {}", arguments[0], warned.error().text),
         .remedy = {},
         .kind = warned.error().kind});
}

}  // namespace app
