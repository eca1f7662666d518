#include "policy/login_policy.h"

#include <algorithm>
#include <array>
#include <format>

namespace policy {
namespace {

using std::chrono::seconds;

/// More than an owner has mail programs, and places to use them at.
constexpr std::size_t most_passwords = 32, most_networks = 64;

bool is_of_a_mail_program(std::string_view protocol) {
    return std::ranges::contains(std::array<std::string_view, 4>{"imap", "pop3", "sieve", "smtp"}, protocol);
}

template <class Value>
void keep_newest(std::vector<Value>& values, std::size_t most) {
    if (values.size() > most) values.erase(values.begin(), values.end() - static_cast<std::ptrdiff_t>(most));
}

base::IpNetwork site_of(const base::IpAddress& client) {
    return base::IpNetwork::of(client, 48);
}

}  // namespace

LoginPolicy::LoginPolicy(LoginPolicyOptions options)
    : options_(std::move(options)),
      // An attempt goes into four counts at most.
      tries_(4 * options_.limits.most),
      past_(options_.limits.most),
      owners_(options_.limits.most),
      trusted_(2 * options_.limits.most) {
    for (const auto loopback : {"127.0.0.0/8", "::1"}) options_.exempt.push_back(*base::IpNetwork::parse(loopback));
}

/// How many passwords a count keeps.
std::size_t LoginPolicy::room(const Limit& limit) {
    return std::min(limit.close, 1000u);
}

bool LoginPolicy::is_exempt(const base::IpAddress& client) const {
    return std::ranges::any_of(options_.exempt, [&](const auto& network) { return network.contains(client); });
}

bool LoginPolicy::is_banned_by_hand(const base::IpAddress& client, base::SystemTime now) const {
    return std::ranges::any_of(by_hand_, [&](const auto& same_prefix) {
        const auto found = same_prefix.second.find(base::IpNetwork::of(client, same_prefix.first));
        return found != same_prefix.second.end() && found->second.in_force(now);
    });
}

bool LoginPolicy::is_trusted(const base::IpNetwork& network, base::SystemTime now) {
    const auto* last = trusted_.find(network);
    return last && now - *last < options_.limits.trust;
}

bool LoginPolicy::is_own_network(const std::string& account, const base::IpNetwork& network, base::SystemTime now) {
    const auto* owner = owners_.find(account);
    if (!owner) return false;
    const auto found = std::ranges::find(owner->networks, network, [](const auto& visit) { return visit.first; });
    return found != owner->networks.end() && now - found->second < options_.limits.trust;
}

bool LoginPolicy::is_banned(const std::string& subject, base::SystemTime now) {
    const auto found = automatic_.find(subject);
    if (found == automatic_.end()) return false;
    if (found->second.in_force(now)) return true;
    automatic_.erase(found);
    tries_.erase(subject);
    return false;
}

bool LoginPolicy::is_under_attack(const std::string& account, base::SystemTime now) {
    const Count count_everywhere{.network = {}, .account = account, .limit = everywhere(), .subject = account};
    return is_banned(account, now) || number(count_everywhere, now) >= everywhere().refuse;
}

unsigned LoginPolicy::number(const Count& count, base::SystemTime now) {
    auto* tries = tries_.find(count.subject);
    if (!tries) return 0;
    tries->prune(now);
    return std::max(tries->wrong(), tries->all() - std::min(count.spare, tries->all()));
}

std::vector<LoginPolicy::Count> LoginPolicy::counts_of(const Attempt& attempt, const base::IpAddress& client,
                                                       base::SystemTime now) {
    const auto& limits = options_.limits;
    const auto network = base::IpNetwork::of_one_client(client);
    const bool own = is_own_network(attempt.login, network, now);
    std::vector<Count> counts;
    // Many customers, and as many networks for one of them: only where nobody of ours is.
    if (!client.is_v4() && !is_trusted(site_of(client), now))
        counts.push_back({.network = site_of(client),
                          .account = {},
                          .limit = {.refuse = times_known(limits.network)},
                          .spare = limits.undecided});
    counts.push_back({.network = network,
                      .account = {},
                      .limit = {.refuse = is_trusted(network, now) ? times_known(limits.network) : limits.network},
                      .spare = limits.undecided});
    // What happens elsewhere does not touch the owner at home.
    counts.push_back(
        {.network = {}, .account = attempt.login, .limit = own ? Limit{.refuse = ~0u, .close = ~0u} : everywhere()});
    const bool under_attack = !own && is_under_attack(attempt.login, now);
    counts.push_back({.network = network,
                      .account = attempt.login,
                      .limit = own            ? Limit{.refuse = times_known(limits.account)}
                               : under_attack ? Limit{.refuse = 1, .close = 1}
                                              : Limit{.refuse = limits.account},
                      .is_quiet = under_attack});
    return counts;
}

void LoginPolicy::begin_ban(const Count& count, base::SystemTime now) {
    const auto& limits = options_.limits;
    const auto subject = count.subject;
    if (automatic_.size() >= limits.most) return;  // the counts go on refusing
    auto& past = past_.touch(subject);
    if (now - past.last > Tries::memory) past.times = 0;
    auto length = limits.first_ban;
    for (unsigned time = 0; time < past.times && length < limits.longest_ban; ++time) length *= 4;
    length = std::min(length, limits.longest_ban);
    ++past.times;
    past.last = now + length;
    const auto tries = number(count, now);
    const auto what = !count.network          ? "in a day from many networks; unknown ones have one try each"
                      : count.account.empty() ? "in a day"
                                              : "in a day for this account";
    const auto& ban = automatic_[subject] = {.network = count.network,
                                             .account = count.account,
                                             .since = now,
                                             .until = now + length,
                                             .by_hand = false,
                                             .reason = std::format("{} wrong passwords {}", tries, what),
                                             .tries = tries};
    changes_.push_back({.ban = ban, .began = true});
}

seconds LoginPolicy::delay(const std::vector<Count>& counts, base::SystemTime now) {
    const auto& limits = options_.limits;
    seconds delay{0};
    for (const auto& count : counts) {
        const auto tries = number(count, now);
        const bool own = count.limit.refuse >= times_known(limits.account);
        if (count.network && !count.account.empty() && !own) {
            const auto paid = tries - std::min(tries, limits.free_tries);
            delay = std::max(delay, std::min(seconds(paid), limits.longest_delay));
        } else if (tries >= count.limit.refuse / 2) {
            // Others may be meant: no more than anybody notices.
            delay = std::max(delay, seconds(1));
        }
    }
    return delay;
}

Verdict LoginPolicy::decide(const Attempt& attempt, base::SystemTime now) {
    // Wherever it came from: somebody on the way has read it. The owner notices, and mends his program.
    if (attempt.in_clear) return {.allowed = false};
    const auto client = base::IpAddress::parse(attempt.client);
    if (!client || is_exempt(*client)) return {};
    if (is_banned_by_hand(*client, now)) return {.allowed = false};
    if (!options_.automatic) return {};

    const auto counts = counts_of(attempt, *client, now);
    bool closed = false;
    auto refusing = counts.end();  // the first, which is the widest
    for (auto count = counts.begin(); count != counts.end(); ++count) {
        const bool is_banned_now = is_banned(count->subject, now);  // forgets what led to a ban that is over
        const auto tries = number(*count, now);
        closed |= tries >= count->limit.close;
        if ((!is_banned_now && tries < count->limit.refuse) || refusing != counts.end()) continue;
        if (!is_banned_now && !count->is_quiet) begin_ban(*count, now);
        // An account under attack still has one try from each network.
        if (count->network || closed) refusing = count;
    }
    const auto* owner = owners_.find(attempt.login);
    if (!closed && owner && std::ranges::contains(owner->passwords, attempt.password)) return {};
    const bool refused = refusing != counts.end();
    const Verdict verdict{.allowed = !refused, .delay = refused ? seconds(0) : delay(counts, now)};
    // What is refused tells a guesser nothing more than that, so only the count that refuses goes on, to its close.
    if (refused)
        tries_.touch(refusing->subject).note(attempt.password, Tries::State::wrong, now, room(refusing->limit));
    else
        for (const auto& count : counts)
            tries_.touch(count.subject).note(attempt.password, Tries::State::undecided, now, room(count.limit));
    return verdict;
}

std::optional<logins::Login> LoginPolicy::learn(const Outcome& outcome, base::SystemTime now) {
    const auto& [login, protocol, client, password, in_clear] = outcome.attempt;
    if (const auto address = base::IpAddress::parse(client);
        address && !is_exempt(*address) && options_.automatic && !login.empty()) {
        const auto counts = counts_of(outcome.attempt, *address, now);
        for (const auto& count : counts) {
            auto* tries = tries_.find(count.subject);
            if (outcome.judged && !outcome.accepted)
                (tries ? *tries : tries_.touch(count.subject))
                    .note(password, Tries::State::wrong, now, room(count.limit));
            else if (tries && (outcome.accepted || !tries->is_wrong(password)))
                tries->take_back(password);
            if (tries && tries->all() == 0) tries_.erase(count.subject);
        }
        if (outcome.accepted) {
            remember_owner(outcome.attempt, base::IpNetwork::of_one_client(*address), now);
            lift_where_known(counts_of(outcome.attempt, *address, now), now);
        } else if (auto* owner = owners_.find(login); owner && outcome.judged) {
            std::erase(owner->passwords, password);
        }
    }
    // `doveadm auth test` and the like are the operator's.
    if (!outcome.accepted || login.empty() || !is_of_a_mail_program(protocol)) return std::nullopt;
    return logins::Login{.account = login,
                         .app_password = outcome.app_password,
                         .visit = {.time = now, .protocol = protocol, .client = client}};
}

void LoginPolicy::remember_owner(const Attempt& attempt, const base::IpNetwork& network, base::SystemTime now) {
    auto& passwords = owners_.touch(attempt.login).passwords;
    std::erase(passwords, attempt.password);
    passwords.push_back(attempt.password);
    keep_newest(passwords, most_passwords);
    trust(attempt.login, network, now);
}

void LoginPolicy::trust(const std::string& account, const base::IpNetwork& network, base::SystemTime time) {
    auto& networks = owners_.touch(account).networks;
    std::erase_if(networks, [&](const auto& visit) { return visit.first == network; });
    networks.emplace_back(network, time);
    keep_newest(networks, most_networks);
    trusted_.touch(network) = time;
    if (!network.address().is_v4()) trusted_.touch(site_of(network.address())) = time;
}

void LoginPolicy::lift_where_known(const std::vector<Count>& counts, base::SystemTime now) {
    for (const auto& count : counts) {
        const auto subject = count.subject;
        if (!count.network || !is_banned(subject, now) || number(count, now) >= count.limit.refuse) continue;
        changes_.push_back({.ban = automatic_.at(subject), .began = false});
        automatic_.erase(subject);
    }
}

void LoginPolicy::set_bans(const std::vector<logins::Ban>& bans, base::SystemTime now) {
    by_hand_.clear();
    auto before = std::exchange(automatic_, {});
    for (const auto& ban : bans) {
        if (ban.by_hand && ban.network) by_hand_[ban.network->prefix_length()].emplace(*ban.network, ban);
        if (ban.by_hand || !ban.in_force(now) || automatic_.size() >= options_.limits.most) continue;
        const auto subject = ban.subject();
        // After a start nobody's password is known, so a ban there would hit the users.
        const bool is_new = before.erase(subject) == 0;
        const bool has_users = ban.network && (ban.account.empty() ? is_trusted(*ban.network, now)
                                                                   : is_own_network(ban.account, *ban.network, now));
        if (is_new && has_users)
            changes_.push_back({.ban = ban, .began = false});
        else
            automatic_.emplace(subject, ban);
    }
    for (const auto& [subject, ban] : before) {
        tries_.erase(subject);
        past_.erase(subject);
    }
}

}  // namespace policy
