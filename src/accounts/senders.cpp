#include "accounts/senders.h"

#include <array>

#include "accounts/alias.h"
#include "accounts/directory_users.h"
#include "accounts/store.h"
#include "base/text.h"
#include "regexp/regexp.h"
#include "sys/files.h"

namespace accounts {
namespace {

/// The account that the table of patterns gives `sender` to: the first line that matches counts, as for Postfix.
std::string owner_by_pattern(std::string_view table, const std::string& sender) {
    for (const auto line : base::split(table, '\n')) {
        const auto end = line.rfind("/ ");
        if (!line.starts_with('/') || end == 0 || end == std::string_view::npos) continue;
        if (regexp::matches(std::string(line.substr(1, end - 1)), sender)) return std::string(line.substr(end + 2));
    }
    return {};
}

}  // namespace

base::Result<bool> may_send(const Workspace& workspace, const Site& site, std::string_view login,
                            std::string_view sender) {
    const auto user = base::EmailAddress::parse(login), address = base::EmailAddress::parse(sender);
    if (!user || !address) return false;
    const auto plain = base::EmailAddress::parse(without_detail(address->str(), site.recipient_delimiter));
    auto store = Store::open(workspace.database());
    if (!store) return std::unexpected(store.error());
    const auto table = sys::read_file(workspace.pattern_senders());
    for (const auto& name : std::array{address, plain}) {
        if (!name) continue;
        const auto allowed = store->may_send(*user, *name);
        if (!allowed || *allowed) return allowed;
        if (table && owner_by_pattern(*table, name->str()) == user->str()) return true;
    }
    if (!plain) return false;
    const auto people = directory_users(workspace, site, *plain);
    if (!people) return std::unexpected(people.error());
    return people->size() == 1 && people->front().address == user->str();
}

}  // namespace accounts
