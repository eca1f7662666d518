#include "metrics/processes.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "base/text.h"
#include "sys/files.h"

namespace metrics {
namespace {

/// The kB behind "name:" in the text of /proc/<pid>/status, in octets.
std::uint64_t octets_of(std::string_view status, std::string_view name) {
    const auto at = status.find("\n" + std::string(name) + ":");
    if (at == std::string_view::npos) return 0;
    const auto line = status.substr(at + name.size() + 2);
    const auto words = base::words(line.substr(0, line.find('\n')));
    return words.empty() ? 0 : 1024 * base::parse_number(words[0]).value_or(0);
}

const Process* find(const std::vector<Process>& all, pid_t pid) {
    const auto found = std::ranges::find(all, pid, &Process::pid);
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

Process parse_process(pid_t pid, std::string_view stat, std::string_view status) {
    Process process{.pid = pid};
    // "12 (name) S parent …": the name may hold brackets and spaces, so its end is the last one.
    const auto open = stat.find('('), close = stat.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return process;
    process.name = stat.substr(open + 1, close - open - 1);
    const auto words = base::words(stat.substr(close + 1));
    if (words.size() < 15) return process;
    process.parent = static_cast<pid_t>(base::parse_number(words[1]).value_or(0));
    for (std::size_t field = 11; field < 15; ++field) process.ticks += base::parse_number(words[field]).value_or(0);
    process.own = octets_of(status, "RssAnon") + octets_of(status, "VmSwap");
    process.files = octets_of(status, "RssFile");
    return process;
}

Usage usage_of_service(const std::vector<Process>& all, pid_t main_process) {
    const auto* main = find(all, main_process);
    const auto* keeper = main ? find(all, main->parent) : nullptr;
    if (!keeper) return {};
    std::multimap<pid_t, const Process*> children;
    for (const auto& process : all) children.emplace(process.parent, &process);
    Usage sum{.ticks = keeper->ticks};
    std::uint64_t files = 0;
    std::vector<const Process*> parents{keeper};
    for (std::size_t next = 0; next < parents.size(); ++next) {
        const auto* parent = parents[next];
        for (auto [child, end] = children.equal_range(parent->pid); child != end; ++child) {
            const auto& process = *child->second;
            ++sum.processes;
            sum.ticks += process.ticks;
            sum.memory += process.own - (process.name == parent->name ? std::min(process.own, parent->own) : 0);
            files = std::max(files, process.files);
            parents.push_back(&process);
        }
    }
    sum.memory += files;
    return sum;
}

Usage usage_of_one(const std::vector<Process>& all, pid_t pid) {
    const auto* process = find(all, pid);
    if (!process) return {};
    return {.processes = 1, .ticks = process->ticks, .memory = process->own + process->files};
}

std::vector<Process> read_processes() {
    std::vector<Process> all;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        const auto pid = base::parse_number(entry.path().filename().string());
        if (!pid) continue;
        // Gone meanwhile: there is nothing to read.
        const auto stat = sys::read_file(entry.path() / "stat"), status = sys::read_file(entry.path() / "status");
        if (stat && status) all.push_back(parse_process(static_cast<pid_t>(*pid), *stat, *status));
    }
    return all;
}

}  // namespace metrics
