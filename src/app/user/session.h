#pragma once
/// One `./user.sh` command at work: the open accounts, its words, and how it answers. A command answers with one line,
/// or with JSON; what else the operator should know goes to stderr.
#include <format>
#include <iosfwd>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "accounts/users.h"
#include "app/common/words.h"
#include "app/user/user.h"
#include "base/text.h"
#include "engines/engine.h"
#include "json/json.h"
#include "logins/store.h"
#include "outbound/store.h"

namespace app::user {

struct Session {
    const UserCommand& command;
    accounts::Store& store;
    accounts::Users& users;
    const Words& words;
    std::optional<logins::Store> logins;      ///< nothing when none is known
    std::optional<outbound::Store> outbound;  ///< nothing when none is known

    std::string_view word(std::size_t number) const { return words.plain[number]; }
    bool json() const { return words.has("--json"); }

    /// Whose password was guessed, or forgotten, need not wait once it is another one.
    void lift_bans(const std::string& user) const;

    /// Something to look after that is no failure.
    void note(const std::string& text) const { command.err << "note: " << text << '\n'; }

    /// The answer in the wanted form.
    void tell(const json::Value& value, const std::string& text) const {
        command.out << (json() ? json::dump(value) : text) << '\n';
    }

    /// A table for people: a line of headings, then the rows; the first column on the right, as it always was. A long
    /// address widens its own line instead of being cut: a cut address is somebody else's.
    void table(const std::vector<std::string>& headings, const std::vector<std::size_t>& widths,
               const std::vector<std::vector<std::string>>& rows) const;
};

/// "2026-01-31 12:00 imap 192.0.2.1", in UTC; "never".
std::string visit_text(const std::optional<logins::Visit>& visit);
/// As JSON; null for never.
json::Value visit_json(const std::optional<logins::Visit>& visit);

inline json::Value array_of(const std::vector<std::string>& texts) {
    json::Value array = json::array();
    for (const auto& text : texts) array.add(text);
    return array;
}

/// A command of the table in user.cpp.
using Run = base::Result<> (*)(Session&);

// people.cpp: users themselves
base::Result<> add(Session& session);
base::Result<> del(Session& session);
base::Result<> passwd(Session& session);
base::Result<> rename(Session& session);
base::Result<> quota(Session& session);
base::Result<> disable(Session& session);
base::Result<> enable(Session& session);
base::Result<> send_only(Session& session);

// listing.cpp: what there is
base::Result<> list(Session& session);
base::Result<> show(Session& session);

// aliases.cpp: further addresses, and who may send as what
base::Result<> alias_add(Session& session);
base::Result<> alias_del(Session& session);
base::Result<> alias_list(Session& session);
base::Result<> update_aliases(Session& session);
base::Result<> send_as_add(Session& session);
base::Result<> send_as_del(Session& session);
base::Result<> send_as_list(Session& session);

// access.cpp: app passwords and refused addresses
base::Result<> app_password_add(Session& session);
base::Result<> app_password_del(Session& session);
base::Result<> app_password_list(Session& session);
base::Result<> reject_add(Session& session);
base::Result<> reject_del(Session& session);
base::Result<> reject_list(Session& session);

}  // namespace app::user
