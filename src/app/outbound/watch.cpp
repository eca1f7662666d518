#include "app/outbound/watch.h"

#include <format>

#include "base/log.h"
#include "queue/mail_queue.h"

namespace app {
namespace {

using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

constexpr Rhythm work_rhythm{.first = seconds(1), .interval = seconds(1)};
constexpr Rhythm housekeeping_rhythm{.first = minutes(10), .interval = hours(1)};
constexpr seconds pause_after_failure{60};

}  // namespace

Notice owner_notice(const base::EmailAddress& owner, const outbound::Stop& stop) {
    return {.to = owner,
            .subject = "Your mail to other servers is held",
            .topic = "outbound-owner",
            .text = std::format("Your account {0} is stopped from sending mail to other servers:\n"
                                "{1}.\n"
                                "\n"
                                "This is how it looks when somebody else has your password. Nothing is lost:\n"
                                "what you send is held on the server. Mail to you arrives as always, and so\n"
                                "does what you write to addresses of this server.\n"
                                "\n"
                                "If it was not you: change your password at once, from a computer you trust,\n"
                                "remove app passwords you do not know, and tell postmaster@{2}.\n"
                                "\n"
                                "If it was you: tell postmaster@{2}, who can let your mail go.\n",
                                stop.account, stop.why, owner.domain().str())};
}

Notice admin_notice(const base::EmailAddress& admin, const outbound::Stop& stop) {
    return {.to = admin,
            .subject = std::format("{} is stopped from sending mail", stop.account),
            .topic = "outbound-admin",
            .text = std::format("{0} is stopped from sending mail to other servers:\n"
                                "{1}.\n"
                                "\n"
                                "Its mail is taken and held until you decide; it does not expire. See it with\n"
                                "\n"
                                "    ./mailserver.sh outbound list {0}\n"
                                "\n"
                                "If somebody else has the password, change it, delete the mail, and let the\n"
                                "account send again:\n"
                                "\n"
                                "    ./user.sh passwd {0}\n"
                                "    ./user.sh app-password list {0}\n"
                                "    ./mailserver.sh outbound purge --yes {0}\n"
                                "    ./mailserver.sh outbound release {0}\n"
                                "\n"
                                "If the user did it, let the mail go; the counts begin anew. For a mailing that is\n"
                                "to come, lift the limits for a day, or for good without --for:\n"
                                "\n"
                                "    ./mailserver.sh outbound release {0}\n"
                                "    ./mailserver.sh outbound trust --for 1d {0}\n",
                                stop.account, stop.why)};
}

void OutboundWatch::begin() {
    repeated_.emplace(work_rhythm, [this](const std::stop_token&) { work(); });
    housekeeping_.emplace(housekeeping_rhythm, [this](const std::stop_token&) {
        guard_.tidy(clock_.now());
        // Without the queue's list nobody knows what is gone; the next hour will tell.
        if (const auto queue = queue::MailQueue().list(queue::on_hold)) guard_.forget_gone(*queue, clock_.now());
    });
}

void OutboundWatch::heard(const maillog::Entry& entry) {
    if (settings_.outbound.bounce_percent == 0) return;
    const std::lock_guard lock(mutex_);
    results_.read(entry);
}

void OutboundWatch::work() {
    std::map<std::string, outbound::Tally> tallies;
    {
        const std::lock_guard lock(mutex_);
        tallies = results_.take();
    }
    for (const auto& [account, tally] : tallies) guard_.learn(account, tally, clock_.now());
    if (clock_.now() < next_try_) return;
    for (const auto& stop : guard_.untold()) tell(stop);
}

void OutboundWatch::tell(const outbound::Stop& stop) {
    const auto owner = base::EmailAddress::parse(stop.account);
    const auto admin = settings_.admin_account();
    const bool same = owner && *owner == admin;
    if (!stop.owner_told && (!owner || same || deliver_to(owner_notice(*owner, stop)))) guard_.told(stop, true);
    if (!stop.admin_told && deliver_to(admin_notice(admin, stop))) guard_.told(stop, false);
}

bool OutboundWatch::deliver_to(const Notice& notice) {
    const auto delivered = deliver(notice, clock_.now());
    if (delivered) return true;
    base::log("outbound", std::format("cannot tell {} of a stop: {}", notice.to.str(), delivered.error().text));
    // A mailbox that is not there will not be there in a minute.
    if (delivered.error().kind == base::ErrorKind::not_found) return true;
    next_try_ = clock_.now() + pause_after_failure;
    return false;
}

}  // namespace app
