#include "app/common/command.h"
#include "app/user/session.h"
#include "crypto/password.h"
#include "settings/values.h"

namespace app::user {
namespace {

using base::ErrorKind;

/// A password and where it came from.
struct Password {
    base::Secret text;
    bool generated = false;
};

base::Result<Password> password_of(const Session& session) {
    const auto& words = session.words;
    if (words.plain.size() > 1) return Password{base::Secret(std::string(words.plain[1])), false};
    if (!words.has("--password-stdin")) {
        auto made = crypto::random_password();
        if (!made) return std::unexpected(made.error());
        return Password{std::move(*made), true};
    }
    auto line = line_of(session.command.in, "password");
    if (!line) return std::unexpected(line.error());
    return Password{base::Secret(std::move(*line)), false};
}

void tell_password(const Session& session, std::string_view result, const std::string& user, const Password& password,
                   const std::string& text) {
    if (password.text.reveal().size() < accounts::short_password)
        session.command.err << std::format("warning: this password is shorter than {} characters and quickly guessed\n",
                                           accounts::short_password);
    auto value = json::object({{"result", result}, {"user", user}});
    if (password.generated) value.set("password", password.text.reveal());
    session.tell(value, text);
}

/// Octets; nothing stands for the default of the settings.
base::Result<std::optional<std::uint64_t>> quota_of(std::string_view text) {
    if (text == "default") return std::nullopt;
    if (text == "none") return 0;
    const auto octets = settings::parse_quota(text);
    if (!octets)
        return base::fail(std::format("cannot set the quota '{}': {}", base::printable(text, 40), octets.error().text),
                          "Examples: 500M, 10G, none, default", ErrorKind::usage);
    return *octets;
}

std::string quota_text(std::optional<std::uint64_t> octets) {
    if (!octets) return "the default";
    return *octets == 0 ? "no limit" : base::human_size(*octets);
}

/// The answer of a command that switched something.
base::Result<> done(Session& session, const base::Result<base::EmailAddress>& address, std::string_view result,
                    std::string_view text) {
    if (!address) return std::unexpected(address.error());
    session.tell(json::object({{"result", result}, {"user", address->str()}}),
                 std::format("User '{}' {}.", address->str(), text));
    return {};
}

}  // namespace

base::Result<> add(Session& session) {
    std::optional<std::optional<std::uint64_t>> quota;
    if (session.words.has("--quota")) {
        const auto wanted = quota_of(session.words.value("--quota"));
        if (!wanted) return std::unexpected(wanted.error());
        quota = *wanted;
    }
    const bool hashed = session.words.has("--hash-stdin");
    const auto hash = hashed ? line_of(session.command.in, "hash") : base::Result<std::string>();
    if (!hash) return std::unexpected(hash.error());
    const auto password = hashed ? base::Result<Password>() : password_of(session);
    if (!password) return std::unexpected(password.error());
    const auto added = hashed ? session.users.add_with_hash(session.word(0), *hash)
                              : session.users.add(session.word(0), password->text);
    if (!added) return std::unexpected(added.error());
    const auto name = added->address.str();
    if (quota)
        if (const auto set = session.users.set_quota(name, *quota); !set) return std::unexpected(set.error());
    if (added->had_mail)
        session.note(
            std::format("{} was there already: the new user sees the mail in it", accounts::home_name(added->address)));
    if (hashed) {
        session.tell(json::object({{"result", "created"}, {"user", name}}),
                     std::format("Created user '{}' with the password of the hash.", name));
        return {};
    }
    tell_password(session, "created", name, *password,
                  password->generated
                      ? std::format("Created user '{}', generated password is:'{}'.", name, password->text.reveal())
                      : std::format("Created user '{}' with password provided.", name));
    return {};
}

base::Result<> passwd(Session& session) {
    const auto password = password_of(session);
    if (!password) return std::unexpected(password.error());
    const auto changed = session.users.set_password(session.word(0), password->text);
    if (!changed) return std::unexpected(changed.error());
    const auto name = changed->str();
    session.lift_bans(name);
    tell_password(session, "updated", name, *password,
                  password->generated ? std::format("Updated password for user '{}', generated password is:'{}'.", name,
                                                    password->text.reveal())
                                      : std::format("Updated password for user '{}'", name));
    return {};
}

base::Result<> del(Session& session) {
    const auto removed = session.users.remove(session.word(0), session.words.has("--purge-inbox"));
    if (!removed) return std::unexpected(removed.error());
    const auto name = removed->address.str();
    if (session.logins) (void)session.logins->forget(name);
    if (session.outbound) (void)session.outbound->forget(name);
    session.lift_bans(name);
    if (removed->address == session.command.settings.admin_account())
        session.note("this was ADMIN_USER: postmaster@ and abuse@ lead nowhere until it is added again");
    for (const auto& alias : removed->lost_aliases)
        session.note(std::format("alias '{}' led to this user and no longer does", alias));
    session.tell(json::object({{"result", "deleted"},
                               {"user", name},
                               {"purged", removed->purged},
                               {"lost_aliases", array_of(removed->lost_aliases)}}),
                 removed->purged
                     ? std::format("Deleted '{}' and purged {}.", name, accounts::home_name(removed->address))
                     : std::format("Deleted '{}'.", name));
    return {};
}

base::Result<> rename(Session& session) {
    const bool keep_alias = !session.words.has("--no-alias");
    const auto renamed = session.users.rename(session.word(0), session.word(1), keep_alias);
    if (!renamed) return std::unexpected(renamed.error());
    const auto from = renamed->from.str(), to = renamed->to.str();
    if (session.logins) (void)session.logins->rename(from, to);
    if (session.outbound) (void)session.outbound->rename(from, to);
    if (renamed->from == session.command.settings.admin_account())
        session.note("this was ADMIN_USER: change the setting too, or the next start makes an account of the old name");
    session.tell(json::object({{"result", "renamed"}, {"from", from}, {"user", to}, {"alias", keep_alias}}),
                 std::format("Renamed '{}' to '{}'.{}", from, to,
                             keep_alias ? " The old address is an alias of the new one." : ""));
    return {};
}

base::Result<> quota(Session& session) {
    const auto octets = quota_of(session.word(1));
    if (!octets) return std::unexpected(octets.error());
    const auto changed = session.users.set_quota(session.word(0), *octets);
    if (!changed) return std::unexpected(changed.error());
    auto value = json::object({{"result", "quota"}, {"user", changed->str()}});
    if (*octets) value.set("quota", **octets);
    session.tell(value, std::format("Quota of '{}' is {}.", changed->str(), quota_text(*octets)));
    return {};
}

base::Result<> disable(Session& session) {
    return done(session, session.users.set_disabled(session.word(0), true), "disabled",
                "cannot log in or send any more; mail still arrives");
}

base::Result<> enable(Session& session) {
    return done(session, session.users.set_disabled(session.word(0), false), "enabled", "can log in");
}

base::Result<> send_only(Session& session) {
    const auto mode = session.words.plain.size() > 1 ? session.word(1) : "on";
    if (mode != "on" && mode != "off")
        return base::fail(std::format("cannot switch send-only to '{}'", base::printable(mode, 40)), "It is on or off.",
                          ErrorKind::usage);
    const bool on = mode == "on";
    return done(session, session.users.set_send_only(session.word(0), on, session.words.value("--text")),
                on ? "send-only" : "receives", on ? "takes no mail any more" : "takes mail");
}

}  // namespace app::user
