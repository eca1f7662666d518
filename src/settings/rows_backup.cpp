#include <algorithm>
#include <format>

#include "base/text.h"
#include "settings/rows.h"
#include "settings/values.h"

namespace settings {
namespace {

using std::chrono::minutes, std::chrono::seconds;

/// A folder in the container, or what restic reaches by a network. A login belongs to BACKUP_ENVIRONMENT: this name is
/// shown.
base::Result<std::string> parse_repository(std::string_view text) {
    constexpr std::string_view elsewhere[] = {"sftp:", "s3:", "rest:", "b2:", "azure:", "gs:"};
    const bool remote = std::ranges::any_of(elsewhere, [&](auto scheme) { return text.starts_with(scheme); });
    if (!remote && !text.starts_with('/'))
        return base::fail("it must be an absolute path, or begin with sftp:, s3:, rest:, b2:, azure: or gs:");
    for (const char c : text)
        if (!std::isalnum(static_cast<unsigned char>(c)) && !std::string_view("/._-:@+=~%[]").contains(c))
            return base::fail("only letters, digits and / . _ - : @ + = ~ % [ ] are possible");
    if (!remote) {
        const auto parts = base::split(text.substr(1), '/');
        if (std::ranges::any_of(parts, [](auto part) { return part.empty() || part == "." || part == ".."; }))
            return base::fail("it must name a folder, without '//', '/./' and '/../', and not '/' at its end");
        if (text.contains(':')) return base::fail("a path cannot have a ':' in it");
    }
    const auto login = text.substr(0, text.find('@'));
    if (const auto scheme = login.find("://");
        login != text && scheme != text.npos && login.find(':', scheme + 1) != text.npos)
        return base::fail("there is a password in it; put it into BACKUP_ENVIRONMENT");
    return std::string(text);
}

base::Result<> schedule(Settings& settings, std::string_view text) {
    auto& backup = settings.backup;
    backup.time_of_day.reset();
    backup.interval.reset();
    if (text == "off") return {};
    if (const auto interval = base::parse_duration(text, "mhdw")) {
        if (*interval < minutes(15) || *interval > std::chrono::weeks(5))
            return base::fail("it must be from 15m to 5w");
        backup.interval = *interval;
        return {};
    }
    const auto parts = base::split(text, ':');
    const auto hour = base::parse_number(parts[0]);
    const auto minute = parts.size() == 2 && parts[1].size() == 2 ? base::parse_number(parts[1]) : std::nullopt;
    if (!hour || *hour > 23 || !minute || *minute > 59)
        return base::fail("it must be a time such as 03:30 (UTC), an interval such as 6h, or off");
    backup.time_of_day = std::chrono::hours(*hour) + minutes(*minute);
    return {};
}

base::Result<> keep(Settings& settings, std::string_view text) {
    constexpr std::string_view counted[] = {"last", "hourly", "daily", "weekly", "monthly", "yearly"};
    auto& kept = settings.backup.keep;
    kept.clear();
    if (text == "all") return {};
    const auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    for (const auto piece : *pieces) {
        const auto name = piece.substr(0, piece.find('='));
        const auto value = piece.substr(std::min(piece.size(), name.size() + 1));
        const auto number = base::parse_number(value);
        const bool good = name == "within"
                              ? base::parse_duration(value, "hd").has_value()
                              : std::ranges::contains(counted, name) && number && *number >= 1 && *number <= 10'000;
        if (!good)
            return base::fail(
                std::format("'{}' is none of within=1d, last=5, hourly=24, daily=7, weekly=4, monthly=6, "
                            "yearly=2, nor is it all",
                            base::printable(piece, 40)));
        kept.emplace_back(piece);
    }
    return {};
}

/// Only what belongs to a repository: other variables could change which programs run here.
base::Result<> environment(Settings& settings, std::string_view text) {
    constexpr std::string_view known[] = {"AWS_",    "RESTIC_REST_", "B2_",        "AZURE_",
                                          "GOOGLE_", "HTTP_PROXY",   "HTTPS_PROXY"};
    auto& variables = settings.backup.environment;
    variables.clear();
    for (const auto word : base::words(text)) {
        const auto name = word.substr(0, word.find('='));
        if (name == word) return base::fail("it must be NAME=value, several of them separated by spaces");
        const bool upper = std::ranges::all_of(
            name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
        if (!upper || std::ranges::none_of(known, [&](auto begin) { return name.starts_with(begin); }))
            return base::fail(
                "each name must begin with AWS_, RESTIC_REST_, B2_, AZURE_ or GOOGLE_, or be HTTP_PROXY or "
                "HTTPS_PROXY");
        variables.emplace_back(std::string(word));
    }
    return {};
}

base::Result<> drill(Settings& settings, std::string_view text) {
    if (text == "off") {
        settings.backup.drill.reset();
        return {};
    }
    const auto interval = base::parse_duration(text, "hdw");
    if (!interval || *interval > std::chrono::weeks(60)) return base::fail("it must be from 1h to 60w, or off");
    settings.backup.drill = *interval;
    return {};
}

constexpr Row backup_table[] = {
    {.key = "BACKUP_REPOSITORY",
     .help = "Where backups go: a folder of this machine (a disk of its own), or sftp:, s3:, rest:, b2:, azure:, gs: "
             "as restic\n"
             "writes them. Empty: there are none. README.md, Backup, says more.",
     .default_text = "",
     .example = "/mnt/backup/mailserver",
     .section = "Backup",
     .assign = [](Settings& s, std::string_view v) { return into(s.backup.repository, parse_repository(v)); }},
    {.key = "BACKUP_PASSWORD",
     .help = "What they are encrypted with. Keep it elsewhere, too: without it no backup can be read. Empty: one is "
             "made up, in\n"
             "etc/mailserver/backup/password of the workspace.",
     .default_text = "",
     .example = "correct-horse-battery-staple",
     .secret = true,
     .assign = [](Settings& s, std::string_view v) { return into(s.backup.password, parse_password(v)); }},
    {.key = "BACKUP_SCHEDULE",
     .help = "When: every day at a time (UTC), or an interval such as 6h. off: only by ./mailserver.sh backup now.",
     .default_text = "03:30",
     .example = "6h",
     .assign = schedule},
    {.key = "BACKUP_KEEP",
     .help = "Which of them stay when older ones are removed, in restic's words. all: every one, none is ever removed.",
     .default_text = "within=1d,hourly=24,daily=7,weekly=4,monthly=6",
     .example = "daily=7,weekly=4",
     .assign = keep},
    {.key = "BACKUP_ENVIRONMENT",
     .help = "Login of the repository, NAME=value separated by spaces: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for "
             "s3:,\n"
             "RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD for rest:, and so on.",
     .default_text = "",
     .example = "AWS_ACCESS_KEY_ID=AKIA AWS_SECRET_ACCESS_KEY=secret",
     .secret = true,
     .assign = environment},
    {.key = "BACKUP_PRE_COMMAND",
     .help = "Commands for the container's shell. The first runs before each backup, which is not made if it fails; "
             "the second\n"
             "after it, with BACKUP_RESULT=ok or failed.",
     .default_text = "",
     .example = "/host/etc/mailserver/backup/before.sh",
     .assign = [](Settings& s, std::string_view v) { return into(s.backup.before, base::Result<std::string>(v)); }},
    {.key = "BACKUP_POST_COMMAND",
     .help = "",
     .default_text = "",
     .example = "/host/etc/mailserver/backup/after.sh",
     .assign = [](Settings& s, std::string_view v) { return into(s.backup.after, base::Result<std::string>(v)); }},
    {.key = "BACKUP_DRILL",
     .help = "How often a part of the newest backup is restored and compared, to know that it can be. off: never by "
             "itself.",
     .default_text = "1w",
     .example = "1w",
     .assign = drill},
};

}  // namespace

std::span<const Row> backup_rows() {
    return backup_table;
}

}  // namespace settings
