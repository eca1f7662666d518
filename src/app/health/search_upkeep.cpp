#include "app/health/search_upkeep.h"

#include <format>
#include <utility>

#include "base/address.h"
#include "base/text.h"

namespace app {

namespace {

/// The account a process works for, by the prefix of its log lines: `imap(jens@example.org)<123>…`; or nothing.
std::string account_of(std::string_view line) {
    const auto open = line.find('('), close = line.find(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {};
    const auto process = line.substr(0, open);
    if (process != "imap" && process != "indexer-worker" && process != "lmtp") return {};
    const auto address = base::EmailAddress::parse(line.substr(open + 1, close - open - 1));
    return address ? address->str() : std::string();
}

/// Xapian's errors that do not go away by themselves.
bool tells_of_damage(std::string_view line) {
    if (!line.contains(": Error: fts-flatcurve")) return false;
    for (const auto* error :
         {"DatabaseError:", "DatabaseCorruptError:", "DatabaseOpeningError:", "DatabaseVersionError:"})
        if (line.contains(error)) return true;
    return false;
}

}  // namespace

sys::Command optimise_search_indexes(const std::stop_token& stop) {
    return {.argv = {"nice", "-n", "19", "doveadm", "fts", "optimize", "-A"},
            .timeout = std::chrono::hours(6),
            .stop = stop};
}

sys::Command remove_search_indexes(const std::string& account, const std::stop_token& stop) {
    return {.argv = {"doveadm", "fts", "flatcurve", "remove", "-u", account, "*"}, .stop = stop};
}

void DamagedIndexes::read(std::string_view line) {
    const bool died = line.contains(" killed with signal 6");
    const bool dies = line.contains("terminate called after throwing an instance of 'Xapian::");
    const std::lock_guard lock(mutex_);
    if ((died && search_died_) || tells_of_damage(line))
        if (auto account = account_of(line); !account.empty()) accounts_.insert(std::move(account));
    search_died_ = dies || (search_died_ && !died);
}

std::set<std::string> DamagedIndexes::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(accounts_, {});
}

base::Result<> keep_up(const sys::Command& command) {
    const auto outcome = sys::run(command);
    if (command.stop.stop_requested()) return {};
    if (!outcome) return base::context("cannot keep up the search indexes", outcome.error());
    if (outcome->exit_code == 0) return {};
    const auto complaint = base::trim(outcome->output);
    return base::fail(std::format("cannot keep up the search indexes: exit code {}: {}", outcome->exit_code,
                                  base::printable(complaint.substr(0, complaint.find('\n')))),
                      "README.md, Searching, says how to build an index anew.");
}

}  // namespace app
