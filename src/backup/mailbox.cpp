#include "backup/mailbox.h"

#include <algorithm>
#include <format>
#include <functional>
#include <map>
#include <set>

#include "backup/contents.h"
#include "backup/manifest.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace backup {
namespace {

namespace fs = std::filesystem;

/// More than a mailbox gets between two backups.
constexpr std::uint64_t uid_gap = 1'000'000;
constexpr std::uint64_t largest_uid = 0xFFFF'FFFF;

/// The code points of UTF-8 that Domain and settings have checked; a broken octet stands for itself.
std::vector<char32_t> code_points(std::string_view text) {
    std::vector<char32_t> points;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i++]);
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
        char32_t point = more == 3 ? first & 0x07 : more == 2 ? first & 0x0F : more == 1 ? first & 0x1F : first;
        for (; more > 0 && i < text.size(); --more) point = point << 6 | (static_cast<unsigned char>(text[i++]) & 0x3F);
        points.push_back(point);
    }
    return points;
}

std::string utf16(char32_t point) {
    std::string octets;
    const auto add = [&](char32_t unit) {
        octets += static_cast<char>(unit >> 8 & 0xFF);
        octets += static_cast<char>(unit & 0xFF);
    };
    if (point < 0x10000) {
        add(point);
    } else {
        add(0xD800 + ((point - 0x10000) >> 10));
        add(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
    return octets;
}

/// The part of a message's file name that stays: without the flags behind the colon.
std::string lasting(const fs::path& file) {
    const auto name = file.filename().string();
    return name.substr(0, name.find(':'));
}

/// Every message below a folder.
void for_each_message(const fs::path& root, const std::function<void(const fs::directory_entry&)>& each) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (!entry->is_symlink(ignored) && entry->is_regular_file(ignored) &&
            holds_messages(entry->path().parent_path().string()))
            each(*entry);
    }
}

std::uint64_t size_of(const fs::directory_entry& entry) {
    std::error_code error;
    const auto size = entry.file_size(error);
    return error ? 0 : size;
}

}  // namespace

std::string modified_utf7(std::string_view name) {
    std::string ascii, waiting;
    const auto flush = [&] {
        if (waiting.empty()) return;
        auto coded = base::replace_all(crypto::base64(waiting), "/", ",");
        coded.erase(std::min(coded.find('='), coded.size()));
        ascii += "&" + coded + "-";
        waiting.clear();
    };
    for (const auto point : code_points(name)) {
        if (point < 0x20 || point > 0x7E) {
            waiting += utf16(point);
            continue;
        }
        flush();
        ascii += point == '&' ? "&-" : std::string(1, static_cast<char>(point));
    }
    flush();
    return ascii;
}

base::Result<std::vector<std::string>> folder_paths(std::string_view name, const settings::Mailboxes& mailboxes) {
    const bool tree = mailboxes.layout == settings::MailboxLayout::fs;
    if (base::upper(name) == "INBOX") return std::vector<std::string>{"Maildir/cur", "Maildir/new"};
    std::vector<std::string> parts;
    for (const auto part : base::split(name, mailboxes.separator)) {
        const bool control = std::ranges::any_of(part, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
        if (part.empty() || part == "." || part == ".." || part.contains('/') || control ||
            (!tree && part.contains('.')))
            return base::fail(
                std::format("'{}' is no name of a folder", base::printable(name, 80)),
                std::format("Write it as mail programs know it, with '{}' between a folder and the one in it.",
                            mailboxes.separator),
                base::ErrorKind::usage);
        parts.push_back(mailboxes.utf8_names ? std::string(part) : modified_utf7(part));
    }
    return std::vector{"Maildir/" + (tree ? base::join(parts, "/") : "." + base::join(parts, "."))};
}

base::Result<Missing> keep_missing(const fs::path& restored, const fs::path& live) {
    std::set<std::string> names;
    std::multimap<std::uint64_t, fs::path> by_size;
    for_each_message(live, [&](const fs::directory_entry& entry) {
        names.insert(lasting(entry.path()));
        by_size.emplace(size_of(entry), entry.path());
    });
    std::map<fs::path, std::string> digests;  // of live messages, read once
    const auto is_there = [&](const fs::directory_entry& entry) {
        if (names.contains(lasting(entry.path()))) return true;
        const auto [begin, end] = by_size.equal_range(size_of(entry));
        if (begin == end) return false;
        const auto own = digest_of(entry.path());
        return own && std::any_of(begin, end, [&](const auto& candidate) {
                   auto& digest = digests[candidate.second];
                   // A message that was just renamed is read as none: then it is brought back a second time.
                   if (digest.empty()) digest = digest_of(candidate.second).value_or("-");
                   return digest == *own;
               });
    };
    Missing missing;
    std::vector<fs::path> present;
    for_each_message(restored, [&](const fs::directory_entry& entry) {
        ++missing.found;
        if (is_there(entry)) present.push_back(entry.path());
    });
    missing.present = present.size();
    std::error_code error;
    for (const auto& file : present)
        if (!fs::remove(file, error) && error)
            return base::fail(std::format("cannot remove {}: {}", file.string(), error.message()));
    return missing;
}

std::string with_later_uids(std::string_view uidlist) {
    // "3 V1795301543 N6 Gd8a6…": the version, then fields by letter.
    const auto line = uidlist.substr(0, uidlist.find('\n'));
    if (!line.starts_with("3 ")) return {};
    std::string changed;
    bool found = false;
    for (const auto word : base::split(line, ' ')) {
        const auto number = word.starts_with('N') ? base::parse_number(word.substr(1)) : std::nullopt;
        found = found || number.has_value();
        changed += changed.empty() ? "" : " ";
        changed += number ? std::format("N{}", std::min(*number + uid_gap, largest_uid)) : std::string(word);
    }
    return found ? changed + std::string(uidlist.substr(line.size())) : std::string();
}

}  // namespace backup
