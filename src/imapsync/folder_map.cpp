#include "imapsync/folder_map.h"

#include <algorithm>
#include <array>
#include <format>
#include <optional>
#include <set>

#include "base/text.h"

namespace imapsync {
namespace {

// mbsync reads lines of 1024 octets; names may need a backslash before each octet. The state file's name has 255.
constexpr std::size_t longest = 200;

struct Use {
    std::string_view attribute;
    std::string LocalFolders::* here;
    std::array<std::string_view, 7> names;  ///< in lower case
};

constexpr Use uses[] = {
    {"drafts", &LocalFolders::drafts, {"drafts", "draft", "entwürfe", "entwurf"}},
    {"sent",
     &LocalFolders::sent,
     {"sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente", "gesendete objekte"}},
    {"junk", &LocalFolders::junk, {"junk", "spam", "junk e-mail", "junk email", "bulk mail", "spamverdacht"}},
    {"trash",
     &LocalFolders::trash,
     {"trash", "deleted items", "deleted messages", "papierkorb", "gelöscht", "gelöschte elemente"}},
    {"archive", &LocalFolders::archive, {"archive", "archives", "archiv"}},
};

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

bool is_inbox(std::string_view name) {
    return base::lower(name) == "inbox";
}

/// The levels of a name there, without the INBOX some servers keep all folders in.
std::vector<std::string> levels(const Folder& folder) {
    std::vector<std::string> all;
    if (folder.delimiter.empty()) return {folder.name};
    for (const auto level : base::split(folder.name, folder.delimiter.front())) all.emplace_back(level);
    return all;
}

std::string without_inbox(std::vector<std::string> all) {
    if (all.size() > 1 && is_inbox(all.front())) all.erase(all.begin());
    return base::join(all, "/");
}

/// A level of a name here: what is not possible becomes '_'.
std::string possible(std::string level, const LocalFolders& local) {
    for (char& c : level)
        if (c == '/' || c == local.separator || (c == '.' && !local.dots_in_names)) c = '_';
    if (level.starts_with('~') || level.starts_with('.')) level.front() = '_';
    if (level == "cur" || level == "new" || level == "tmp") level += '_';
    return level;
}

std::string near_name(const std::string& levels, const LocalFolders& local) {
    std::vector<std::string> all;
    for (const auto level : base::split(levels, '/')) all.push_back(possible(std::string(level), local));
    return base::join(all, "/");
}

/// Why mbsync cannot have a folder of this name; empty when it can.
std::string_view obstacle(const Folder& folder, const std::vector<std::string>& levels) {
    if (has_control(folder.name)) return "its name has a control character in it";
    if (folder.name.size() > longest) return "its name is too long";
    for (const auto& level : levels) {
        if (level.empty() || level == "." || level == "..") return "its name has an empty level";
        if (level.contains('/') && folder.delimiter != "/") return "its name has a slash in it";
    }
    return {};
}

class Mapper {
  public:
    Mapper(const std::vector<Folder>& folders, const Wishes& wishes, const LocalFolders& local)
        : folders_(folders), wishes_(wishes), local_(local) {
        for (const auto& use : uses) {
            if ((local_.*use.here).empty()) continue;
            const Folder* found = nullptr;
            for (const auto& folder : folders_)
                if (!found && folder.has(use.attribute)) found = &folder;
            for (const auto name : use.names)
                for (const auto& folder : folders_)
                    if (!found && !name.empty() && !wishes_.contains(folder.name) &&
                        base::lower(without_inbox(levels(folder))) == name)
                        found = &folder;
            if (found) special_.emplace(found->name, local_.*use.here);
        }
    }

    FolderMap map() {
        if (!folders_.empty()) map_.delimiter = folders_.front().delimiter;
        add("INBOX", "INBOX");
        // Who has a right to a name comes first.
        for (const auto& folder : folders_)
            if (wishes_.contains(folder.name)) take(folder);
        for (const auto& folder : folders_)
            if (!wishes_.contains(folder.name) && special_.contains(folder.name)) take(folder);
        for (const auto& folder : folders_)
            if (!wishes_.contains(folder.name) && !special_.contains(folder.name)) take(folder);
        return std::move(map_);
    }

  private:
    void leave_out(const Folder& folder, std::string_view why) {
        map_.left_out.push_back(std::format("{}: {}", base::printable(folder.name, 80), why));
    }

    void take(const Folder& folder) {
        if (is_inbox(folder.name) || folder.has("noselect") || folder.has("nonexistent")) return;
        auto all = levels(folder);
        if (const auto why = obstacle(folder, all); !why.empty()) return leave_out(folder, why);
        const auto wish = wishes_.find(folder.name);
        if (wish != wishes_.end() && wish->second.empty()) return leave_out(folder, "as you wish");
        if (wish == wishes_.end())
            for (const auto* virtual_folder : {"all", "flagged", "important"})
                if (folder.has(virtual_folder)) return leave_out(folder, "it shows mail of other folders");
        if (is_inbox(all.front())) all.front() = "INBOX";
        const auto special = special_.find(folder.name);
        const auto near = wish != wishes_.end()       ? wished(wish->second)
                          : special != special_.end() ? special->second
                                                      : near_name(without_inbox(all), local_);
        if (near.size() > longest) return leave_out(folder, "its name is too long");
        add(base::join(all, "/"), near);
    }

    /// A name as the operator writes it, with the separator of here.
    std::string wished(const std::string& name) const {
        if (is_inbox(name)) return "INBOX";
        auto levels = name;
        std::ranges::replace(levels, local_.separator, '/');
        return near_name(levels, local_);
    }

    void add(const std::string& far, const std::string& near) {
        auto name = near;
        // Another folder has it: two must never be mixed into one.
        for (int number = 2; used_.contains(base::lower(name)); ++number) name = std::format("{} {}", near, number);
        used_.insert(base::lower(name));
        map_.pairs.push_back({.far = far, .near = std::move(name)});
    }

    const std::vector<Folder>& folders_;
    const Wishes& wishes_;
    const LocalFolders& local_;
    std::map<std::string, std::string> special_;
    std::set<std::string> used_;
    FolderMap map_;
};

}  // namespace

base::Result<Wishes> parse_wishes(std::string_view text) {
    Wishes wishes;
    const auto wrong = [](std::string why) {
        return base::fail("--map: " + std::move(why), "--map 'Gesendet=Sent;Werbung=' (nothing behind =: left out)",
                          base::ErrorKind::usage);
    };
    if (text.size() > 4000 || has_control(text)) return wrong("it is too long, or has a control character in it");
    for (const auto part : base::split(text, ';')) {
        if (base::trim(part).empty()) continue;
        const auto equals = part.rfind('=');
        if (equals == std::string_view::npos) return wrong("a part has no =");
        const auto there = base::trim(part.substr(0, equals)), here = base::trim(part.substr(equals + 1));
        if (there.empty() || there.size() > longest || here.size() > longest)
            return wrong("a name is empty or too long");
        wishes[std::string(there)] = std::string(here);
    }
    return wishes;
}

FolderMap map_folders(const std::vector<Folder>& folders, const Wishes& wishes, const LocalFolders& local) {
    return Mapper(folders, wishes, local).map();
}

void add_local_folders(FolderMap& map, const std::vector<std::string>& names, const Wishes& wishes,
                       const LocalFolders& local) {
    std::set<std::string> there, here;
    for (const auto& pair : map.pairs) {
        there.insert(base::lower(pair.far));
        here.insert(base::lower(pair.near));
    }
    for (const auto& [far, near] : wishes) there.insert(base::lower(far));
    for (const auto& name : names) {
        auto near = name;
        std::ranges::replace(near, local.separator, '/');
        const bool levels = near.contains('/');
        if (here.contains(base::lower(near)) || there.contains(base::lower(near)) || near.size() > longest ||
            has_control(near) || (levels && map.delimiter.empty()) ||
            (map.delimiter != "/" && !map.delimiter.empty() && near.contains(map.delimiter)))
            continue;
        map.pairs.push_back({.far = near, .near = near});
    }
}

}  // namespace imapsync
