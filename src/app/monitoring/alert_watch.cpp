#include "app/monitoring/alert_watch.h"

#include <algorithm>
#include <format>

#include "alerts/text.h"
#include "base/log.h"
#include "json/json.h"
#include "sys/files.h"

namespace app {
namespace {

using alerts::Channel;
using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

constexpr Rhythm look_rhythm{.first = seconds(30), .interval = seconds(30)};
constexpr Rhythm tell_rhythm{.first = seconds(1), .interval = seconds(1)};
constexpr seconds gathering{3};  // alerts that belong together come one after the other
constexpr seconds pause_after_failure{60};
constexpr seconds longest_pause{15 * 60};
constexpr hours worth_telling{24};
constexpr seconds webhook_patience{10};

std::vector<Channel> channels(const settings::Settings& settings) {
    std::vector<Channel> all;
    if (settings.alert_mail) all.push_back(Channel::mail);
    if (!settings.alert_webhook.empty()) all.push_back(Channel::webhook);
    return all;
}

alerts::Book read_book(std::vector<Channel> channels, const std::string& file) {
    alerts::Book book(std::move(channels));
    const auto text = sys::read_file(file);
    const auto value = text ? json::parse(*text) : std::unexpected(text.error());
    if (value) book.read(*value);
    return book;
}

}  // namespace

AlertWatch::AlertWatch(const settings::Settings& settings, const Installation& here, const base::Clock& clock,
                       net::HttpClient& client)
    : settings_(settings),
      here_(here),
      clock_(clock),
      client_(client),
      book_(read_book(channels(settings), here.alerts_file())) {}

void AlertWatch::begin() {
    look_.emplace(look_rhythm, [this](const std::stop_token&) { look(); });
    if (settings_.alert_mail) mail_.emplace(tell_rhythm, [this](const std::stop_token&) { send_mail(); });
    if (!settings_.alert_webhook.empty())
        webhook_.emplace(tell_rhythm, [this](const std::stop_token& stop) { call_webhook(stop); });
}

net::HttpResponse AlertWatch::answer(const net::HttpRequest& request) {
    const auto report = alerts::parse_report(request.body, clock_.now());
    if (!report) return {.status = 400, .body = report.error().text + "\n", .headers = {}};
    const std::scoped_lock lock(mutex_);
    if (book_.take(*report, clock_.now())) save();
    return {.content_type = "application/json", .body = "{}\n", .headers = {}};
}

/// Under the mutex.
void AlertWatch::save() {
    if (const auto written = sys::write_file(here_.alerts_file(), json::dump(book_.to_json()) + "\n", {.mode = 0600});
        !written)
        base::log("alerts", written.error().text);
}

void AlertWatch::look() {
    const std::scoped_lock lock(mutex_);
    if (book_.look(clock_.now())) save();
}

std::vector<alerts::Change> AlertWatch::untold(Channel channel) {
    const std::scoped_lock lock(mutex_);
    return book_.untold(channel);
}

void AlertWatch::told(Channel channel, std::size_t count) {
    const std::scoped_lock lock(mutex_);
    book_.told(channel, count);
    save();
}

void AlertWatch::send_mail() {
    const auto changes = untold(Channel::mail);
    const auto now = clock_.now();
    if (changes.empty() || now < changes.front().time + gathering || now < next_mail_) return;
    std::erase_if(mails_, [&](const auto& time) { return now - time > hours(1); });
    if (mails_.size() >= most_mails) return;
    const auto delivered = deliver({.to = settings_.admin_account(),
                                    .subject = alerts::subject(changes),
                                    .topic = "alert",
                                    .text = alerts::mail_text(changes, settings_.monitoring_url())},
                                   now);
    // A mailbox that is not there will not be there in a minute.
    if (!delivered) base::log("alerts", std::format("cannot tell of alerts by mail: {}", delivered.error().text));
    if (delivered || delivered.error().kind == base::ErrorKind::not_found) {
        mails_.push_back(now);
        told(Channel::mail, changes.size());
    } else {
        next_mail_ = now + pause_after_failure;
    }
}

void AlertWatch::call_webhook(const std::stop_token& stop) {
    const auto changes = untold(Channel::webhook);
    const auto now = clock_.now();
    if (changes.empty() || now < changes.front().time + gathering || now < next_call_) return;
    const auto& url = settings_.alert_webhook.reveal();
    const auto reply = client_.send({.method = "POST",
                                     .url = url,
                                     .headers = {{"content-type", "application/json"}},
                                     .body = alerts::webhook_body(changes, settings_.monitoring_url(), url),
                                     .timeout = webhook_patience,
                                     .stop = stop});
    if (reply && reply->status >= 200 && reply->status < 300) {
        failed_calls_ = 0;
        told(Channel::webhook, changes.size());
        return;
    }
    // The URL may hold a password: it is not told.
    base::log("alerts", std::format("the webhook did not take the alerts: {}",
                                    reply ? std::format("status {}", reply->status) : reply.error().error.text));
    next_call_ = now + std::min(longest_pause, seconds(5LL << std::min(failed_calls_++, 20U)));
    const auto is_old = [&](const auto& change) { return now - change.time > worth_telling; };
    if (const auto old = std::ranges::count_if(changes, is_old); old > 0)
        told(Channel::webhook, static_cast<std::size_t>(old));
}

std::vector<alerts::Alert> firing_alerts(const Installation& here) {
    return read_book({}, here.alerts_file()).firing();
}

}  // namespace app
