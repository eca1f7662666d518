#include <algorithm>
#include <iterator>

#include "app/user/session.h"

namespace app::user {
namespace {

/// The quota in force: the user's own, or the default of the settings. 0: no limit.
std::uint64_t quota_in_force(const Session& session, const accounts::Account& account) {
    return account.quota.value_or(session.command.settings.quota_default);
}

std::string quota_text(const Session& session, const accounts::Account& account) {
    const auto octets = quota_in_force(session, account);
    return octets == 0 ? "-" : base::human_size(octets);
}

/// Our own users and those of the directory, as far as it tells.
struct Everybody {
    std::vector<accounts::Users::Listed> users;
    std::vector<std::string> strays;  ///< folders of nobody; empty when not all users are known
};

base::Result<Everybody> everybody(Session& session) {
    auto users = session.users.list();
    if (!users) return std::unexpected(users.error());
    auto others = session.users.list_directory();
    if (!others) {
        session.note(std::format("the users of the directory are not listed: {}", others.error().text));
        return Everybody{.users = std::move(*users), .strays = {}};
    }
    std::ranges::move(*others, std::back_inserter(*users));
    std::ranges::sort(*users, {}, [](const auto& user) -> const std::string& { return user.account.address; });
    auto strays = session.users.stray_homes(*users);
    return Everybody{.users = std::move(*users), .strays = std::move(strays)};
}

/// What keeps the user from something, for people.
std::vector<std::string> states(const accounts::Account& account) {
    std::vector<std::string> all;
    if (account.disabled) all.emplace_back("disabled");
    if (account.send_only) all.emplace_back("send-only");
    return all;
}

/// The same, and where the account is kept.
std::vector<std::string> states(const accounts::Users::Listed& user) {
    auto all = states(user.account);
    if (user.from_directory) all.emplace_back("directory");
    return all;
}

json::Value user_json(const Session& session, const accounts::Users::Listed& user,
                      const std::optional<logins::Visit>& visit) {
    auto value = json::object(
        {{"user", user.account.address},
         {"octets", user.inbox.octets},
         {"messages", user.inbox.messages},
         {"quota", quota_in_force(session, user.account)},
         {"own_quota", user.account.quota.has_value()},
         {"created", user.from_directory ? json::Value() : json::Value(std::format("{:%FT%TZ}", user.account.created))},
         {"disabled", user.account.disabled},
         {"send_only", user.account.send_only},
         {"directory", user.from_directory},
         {"last_login", visit_json(visit)},
         {"faults", array_of(user.faults)}});
    return value;
}

std::optional<logins::Visit> last_of(const std::map<std::string, logins::Visit>& visits,
                                     const accounts::Users::Listed& user) {
    const auto found = visits.find(user.account.address);
    return found == visits.end() ? std::nullopt : std::optional(found->second);
}

std::string day_of(const std::optional<logins::Visit>& visit) {
    return visit ? std::format("{:%F}", visit->time) : "never";
}

}  // namespace

std::string visit_text(const std::optional<logins::Visit>& visit) {
    return visit ? std::format("{:%F %H:%M} {} {}", visit->time, visit->protocol, visit->client) : "never";
}

json::Value visit_json(const std::optional<logins::Visit>& visit) {
    if (!visit) return {};
    return json::object(
        {{"time", std::format("{:%FT%TZ}", visit->time)}, {"protocol", visit->protocol}, {"client", visit->client}});
}

base::Result<> list(Session& session) {
    const auto known = everybody(session);
    if (!known) return std::unexpected(known.error());
    const auto& [users, strays] = *known;
    std::map<std::string, logins::Visit> visits;
    if (session.logins)
        if (auto last = session.logins->last_logins()) visits = std::move(*last);
    if (session.json()) {
        json::Value all = json::array();
        for (const auto& user : users) all.add(user_json(session, user, last_of(visits, user)));
        session.command.out << json::dump(json::object({{"users", all}, {"inboxes_without_user", array_of(strays)}}), 2)
                            << '\n';
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& user : users) {
        std::string sanity = base::join(states(user), ", ");
        for (const auto& fault : user.faults) sanity += " [" + fault + "]";
        rows.push_back({user.account.address, user.inbox.has_mail ? base::human_size(user.inbox.octets) : "<empty>",
                        std::to_string(user.inbox.messages), quota_text(session, user.account),
                        day_of(last_of(visits, user)), sanity.empty() ? "OK" : sanity});
    }
    session.table({"user", "mbox size", "mails", "quota", "last login", "sanity checks"}, {40, 10, 8, 10, 10, 12},
                  rows);
    for (const auto& stray : strays)
        session.note(std::format("mail/inboxes/{}/{} belongs to no user; ./user.sh del --purge-inbox {} removes it",
                                 stray.substr(stray.rfind('@') + 1), stray, stray));
    return {};
}

base::Result<> show(Session& session) {
    const auto shown = session.users.show(session.word(0));
    if (!shown) return std::unexpected(shown.error());
    const auto& user = shown->user;
    std::optional<logins::Visit> visit;
    if (session.logins)
        if (auto known = session.logins->last_login(user.account.address)) visit = std::move(*known);
    if (session.json()) {
        auto value = user_json(session, user, visit);
        value.set("aliases", array_of(shown->aliases));
        value.set("send_as", array_of(shown->senders));
        json::Value passwords = json::array();
        for (const auto& one : shown->app_passwords) passwords.add(one.name);
        value.set("app_passwords", passwords);
        if (user.account.send_only) value.set("reject_text", user.account.reject_text);
        session.command.out << json::dump(value, 2) << '\n';
        return {};
    }
    auto& out = session.command.out;
    const auto line = [&](std::string_view name, const std::string& value) {
        out << std::format("{:>14}: {}\n", name, value);
    };
    const auto all = [](const std::vector<std::string>& texts) {
        return texts.empty() ? std::string("-") : base::join(texts, ", ");
    };
    const auto quota = quota_in_force(session, user.account);
    line("user", user.account.address);
    line("state", user.from_directory      ? "in the directory"
                  : user.account.disabled  ? "disabled"
                  : user.account.send_only ? "send-only"
                                           : "active");
    if (!user.from_directory) line("created", std::format("{:%F}", user.account.created));
    line("last login", visit_text(visit));
    line("mail", std::format("{} in {} message{}", base::human_size(user.inbox.octets), user.inbox.messages,
                             user.inbox.messages == 1 ? "" : "s"));
    line("quota", std::format("{}{}", quota == 0 ? "none" : base::human_size(quota),
                              user.account.quota ? "" : " (the default)"));
    line("aliases", all(shown->aliases));
    line("may send as", all(shown->senders));
    std::vector<std::string> passwords;
    for (const auto& one : shown->app_passwords) passwords.push_back(one.name);
    line("app passwords", all(passwords));
    for (const auto& fault : user.faults) line("fault", fault);
    return {};
}

}  // namespace app::user
