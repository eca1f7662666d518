#include "web/session.h"

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/password.h"

namespace web {
namespace {

constexpr std::size_t id_octets = 32;

}  // namespace

bool Sessions::has_ended(const Session& session) const {
    const auto now = clock_.now();
    return now - session.used > limits_.idle || now - session.opened > limits_.total;
}

/// Ended sessions go; then the oldest ones where there are too many.
void Sessions::make_room(std::string_view account) {
    std::erase_if(entries_, [&](const auto& entry) { return has_ended(entry.second.session); });
    const auto is_own = [&](const auto& entry) { return entry.second.session.account == account; };
    const auto end_oldest = [&](const auto& counts) {
        auto oldest = entries_.end();
        for (auto entry = entries_.begin(); entry != entries_.end(); ++entry)
            if (counts(*entry) &&
                (oldest == entries_.end() || entry->second.session.opened < oldest->second.session.opened))
                oldest = entry;
        if (oldest != entries_.end()) entries_.erase(oldest);
    };
    if (static_cast<std::size_t>(std::ranges::count_if(entries_, is_own)) >= limits_.most_per_account)
        end_oldest(is_own);
    if (entries_.size() >= limits_.most) end_oldest([](const auto&) { return true; });
}

base::Result<std::string> Sessions::open(const std::string& account, std::string credential) {
    const auto id = crypto::random_token(id_octets);
    auto csrf = crypto::random_token(id_octets);
    if (!id) return id;
    if (!csrf) return csrf;
    const std::scoped_lock lock(mutex_);
    make_room(account);
    const auto now = clock_.now();
    entries_.insert_or_assign(crypto::sha256(*id), Entry{.session = {.account = account,
                                                                     .credential = std::move(credential),
                                                                     .csrf = std::move(*csrf),
                                                                     .opened = now,
                                                                     .used = now},
                                                         .notice = std::nullopt});
    return id;
}

std::optional<Session> Sessions::find(std::string_view id) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(crypto::sha256(id));
    if (found == entries_.end()) return std::nullopt;
    if (has_ended(found->second.session)) {
        entries_.erase(found);
        return std::nullopt;
    }
    found->second.session.used = clock_.now();
    return found->second.session;
}

void Sessions::close(std::string_view id) {
    const std::scoped_lock lock(mutex_);
    entries_.erase(crypto::sha256(id));
}

void Sessions::close_all(std::string_view account) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.session.account == account; });
}

void Sessions::leave_notice(std::string_view id, Notice notice) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(crypto::sha256(id));
    if (found != entries_.end()) found->second.notice = std::move(notice);
}

std::optional<Notice> Sessions::take_notice(std::string_view id) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(crypto::sha256(id));
    if (found == entries_.end()) return std::nullopt;
    return std::exchange(found->second.notice, std::nullopt);
}

}  // namespace web
