#include "certs/keeper.h"

#include <algorithm>
#include <format>
#include <random>

#include "base/log.h"
#include "certs/keys.h"
#include "certs/leads.h"
#include "certs/live_folder.h"
#include "sys/files.h"

namespace certs {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds round_time = 1min;
constexpr std::chrono::seconds look_at_files = 10s;
constexpr std::chrono::seconds repeat_trouble = std::chrono::days(1);
/// Where a name leads changes rarely, and our own resolver is quickly asked.
constexpr std::chrono::seconds look_where_it_leads = 1h;

std::string when(base::SystemTime time) {
    return std::format("{:%F %R} UTC", time);
}

std::string with_remedy(const base::Error& error) {
    return error.remedy.empty() ? error.text : error.text + ". " + error.remedy;
}

}  // namespace

double random_fraction() {
    std::random_device device;
    return std::uniform_real_distribution(0.0, 1.0)(device);
}

Keeper::Keeper(Options options, Outside outside, std::function<void()> changed)
    : options_(std::move(options)), outside_(std::move(outside)), changed_(std::move(changed)) {
    load_state();
}

void Keeper::load_state() {
    const auto file = options_.acme_state_file();
    const auto text = sys::read_file(file);
    auto state = text.and_then([](const std::string& known) { return parse_state(known); });
    if (state) saved_ = *state;
    if (!state && state.error().kind != base::ErrorKind::not_found)
        base::log("certs", std::format("cannot use {}: {}; beginning anew", file.string(), state.error().text));
    state_ = at_start(for_ca(std::move(state).value_or(State{}), options_.directory_url));
    // Killed in the middle: counted as a failure, or a restart loop would ask the CA again and again.
    if (state_.attempt_running)
        state_ =
            after_failure(std::move(state_), Spent::request, base::fail("the last attempt was interrupted").error(),
                          std::nullopt, outside_.clock.now());
}

void Keeper::save(const State& state) {
    if (state == saved_) return;
    const auto file = options_.acme_state_file();
    const auto folder = sys::ensure_directory(file.parent_path());
    const auto done = folder ? sys::write_file(file, to_text(state), {.mode = 0600}) : folder;
    if (!done) base::log("certs", with_remedy(done.error()));
    if (done) saved_ = state;
}

/// Says it at once, and then once a day.
void Keeper::note(const base::Error& trouble) {
    const auto now = outside_.clock.now();
    const bool repeated = trouble.text == trouble_.text && now < noted_at_ + repeat_trouble && now >= noted_at_;
    trouble_ = trouble;
    if (trouble.text.empty() || repeated) return;
    noted_at_ = now;
    base::log("certs", "WARNING: " + with_remedy(trouble));
}

/// A file that was damaged or replaced by something unusable must not take away what works.
bool Keeper::worse_than_current(const Source& source, base::SystemTime now) const {
    if (!current_ || current_->origin == Origin::self_signed) return false;
    if (source.origin == Origin::self_signed) return true;
    return source.pair.leaf().not_after <= now && current_->pair.leaf().not_after > now;
}

/// True when what is served under the name has changed.
base::Result<bool> Keeper::refresh() {
    const auto now = outside_.clock.now();
    auto source = options_.further ? further_source(options_, now) : best_source(options_, now);
    if (!source && !options_.further) return std::unexpected(source.error());
    auto changed = source ? put_in_place(std::move(*source), now) : without_source(source.error(), now);
    publish();
    return changed;
}

base::Result<bool> Keeper::put_in_place(Source source, base::SystemTime now) {
    const bool first = !current_;
    note(source.trouble);
    live_usable_ = source.origin == Origin::issued;
    if (!worse_than_current(source, now)) current_ = std::move(source);
    const auto written = activate(current_->pair, options_.active);
    if (!written) return std::unexpected(written.error());
    return *written || (first && options_.further);
}

/// Nothing to serve under a further name; but a file that was damaged must not take away what works.
bool Keeper::without_source(const base::Error& error, base::SystemTime now) {
    const bool damaged = error.kind != base::ErrorKind::not_found;
    note(damaged ? error : base::Error{});
    live_usable_ = false;
    if (!current_ || (damaged && current_->pair.leaf().not_after > now)) return false;
    current_.reset();
    return true;
}

void Keeper::tell_change() const {
    const std::string name = options_.further ? " for " + options_.hostname.str() : "";
    if (!current_) return base::log("certs", "no longer serving a certificate" + name);
    const auto& leaf = current_->pair.leaf();
    base::log("certs", std::format("now serving a certificate of {}{}, valid until {}", leaf.issuer, name,
                                   when(leaf.not_after)));
}

base::Result<> Keeper::prepare() {
    const auto done = refresh();
    if (!done && options_.further) base::log("certs", with_remedy(done.error()));
    if (!done && !options_.further) return std::unexpected(done.error());
    return {};
}

std::chrono::seconds Keeper::step(const std::stop_token& stop) {
    const auto changed = refresh();
    if (!changed) {
        base::log("certs", with_remedy(changed.error()));
        return round_time;
    }
    if (*changed) {
        tell_change();
        changed_();
    }
    if (options_.mode != settings::TlsMode::acme) return look_at_files;
    const auto next = plan(stop);
    save(state_);
    publish();
    return next;
}

/// The certificate to renew; nothing while there is only the stand-in.
std::optional<InUse> Keeper::in_use() const {
    if (!live_usable_) return std::nullopt;
    const auto& leaf = current_->pair.leaf();
    return InUse{.fingerprint = leaf.fingerprint, .not_before = leaf.not_before, .not_after = leaf.not_after};
}

std::chrono::seconds Keeper::plan(const std::stop_token& stop) {
    const auto now = outside_.clock.now();
    const auto renewed = in_use();
    state_ = tidy(std::move(state_), now);
    if (renewed) state_ = about(std::move(state_), *renewed, outside_.random());
    if (renewed && turns_keys()) {
        if (const auto turned = turn_keys(); !turned) base::log("certs", with_remedy(turned.error()));
        if (now >= state_.look_for_next_key) look_for_next_key();
    }
    const Action action = next_action(state_, renewed, now);
    switch (action.what) {
        case Do::wait:
            return std::min(round_time, action.at - now);
        case Do::ask_renewal_window:
            ask_renewal_window(current_->pair.leaf(), stop);
            return 1s;
        case Do::issue:
            if (const auto later = hold_back()) return *later;
            try_to_issue(stop);
            return 1s;
    }
    return round_time;
}

/// Keeps a further name that cannot succeed now from being asked for; nothing when it may.
std::optional<std::chrono::seconds> Keeper::hold_back() {
    if (!options_.further) return std::nullopt;
    const auto now = outside_.clock.now();
    look_again_ = std::min(look_again_, now + look_where_it_leads);
    if (now < look_again_) return std::min(round_time, look_again_ - now);
    const auto before = leads_;
    leads_ = leads_to(options_.hostname, *options_.further, outside_.resolver);
    if (leads_ == Leads::elsewhere) {  // somebody's decision, no failure
        state_.last_error.clear();
        state_.remedy.clear();
        if (before != leads_ && current_)
            base::log("certs",
                      std::format("{} leads elsewhere: its certificate is not renewed", options_.hostname.str()));
    }
    if (leads_ == Leads::here && options_.further->may_order()) return std::nullopt;
    if (leads_ == Leads::here && before != leads_)
        base::log("certs",
                  std::format("{} waits for its certificate: the CA got its orders of today", options_.hostname.str()));
    look_again_ = now + look_where_it_leads;
    return round_time;
}

void Keeper::ask_renewal_window(const crypto::Certificate& leaf, const std::stop_token& stop) {
    const auto now = outside_.clock.now();
    const auto account = account_key(options_.letsencrypt(), options_.directory_url);
    if (!account) {
        note(account.error());
        state_ = without_window(std::move(state_), now, std::nullopt);
        return;
    }
    acme::Client client(outside_.http, outside_.clock, options_.directory_url, *account, stop);
    const auto window = client.renewal_info(leaf);
    // RFC 9773 §4.3: without an answer the certificate's own dates decide; nothing for an operator to do.
    state_ = window ? with_window(std::move(state_), *window, now, outside_.random())
                    : without_window(std::move(state_), now, window.error().retry_after);
}

/// Only mail servers that deliver look at TLSA records, and HOSTNAME is what they connect to.
bool Keeper::turns_keys() const {
    return !options_.further && outside_.tlsa;
}

/// The next key, once a certificate has it, is the server's key; then there is another one after it.
base::Result<> Keeper::turn_keys() {
    const auto next = kept_next_key(folder());
    if (next && next->public_key() == current_->pair.leaf().public_key) {
        if (const auto taken = take_over_next_key(folder()); !taken) return taken;
        state_.look_for_next_key = {};  // it is another one
    }
    return next_server_key(folder()).transform([](const auto&) {});
}

TlsaView Keeper::look_for_next_key() {
    const auto next = kept_next_key(folder());
    if (!next) return {};
    const auto digest = tlsa_digest(*next);
    const auto view = outside_.tlsa(digest);
    state_ = with_tlsa(std::move(state_), digest, view, outside_.clock.now());
    return view;
}

/// An order that was begun goes on only with the key it was begun for.
void Keeper::choose_key() {
    const bool take_next =
        live_usable_ && turns_keys() && may_take_next_key(state_, look_for_next_key(), outside_.clock.now());
    if (take_next != state_.order_has_next_key) state_.order_url.clear();
    state_.order_has_next_key = take_next;
}

void Keeper::try_to_issue(const std::stop_token& stop) {
    choose_key();
    if (!options_.further) base::log("certs", std::format("asking for a certificate for {}", options_.hostname.str()));
    const auto replaced = live_usable_ ? std::optional(current_->pair.leaf()) : std::nullopt;
    const auto pair = issue(options_, outside_, state_, [this](const State& state) { save(state); }, replaced, stop);
    const auto now = outside_.clock.now();
    if (stop.stop_requested() && !pair) {  // an orderly stop is no failure; the order goes on at the next start
        state_.attempt_running = false;
        return;
    }
    auto installed = pair ? install(folder(), *pair, now) : base::Result<>{};
    if (pair && installed) {
        state_ = after_success(std::move(state_));
        return;
    }
    const auto& error = pair ? installed.error() : pair.error().error;
    const auto spent = pair ? Spent::request : pair.error().spent;
    const bool known = options_.further && error.text == state_.last_error;
    state_ = after_failure(std::move(state_), spent, error, pair ? std::nullopt : pair.error().retry_after, now);
    if (known) return;
    base::log("certs", std::format("{} Next try at {}.", with_remedy(error), when(allowed_at(state_, in_use()))));
}

void Keeper::publish() {
    Status status{.mode = options_.mode,
                  .origin = Origin::none,
                  .last_error = state_.last_error.empty() ? trouble_.text : state_.last_error,
                  .remedy = state_.last_error.empty() ? trouble_.remedy : state_.remedy,
                  .failures = state_.failures + state_.check_failures};
    if (current_) {
        const auto& leaf = current_->pair.leaf();
        status.origin = current_->origin;
        // Today's certificates have names, no subject (CA/Browser Forum BR 7.1.4).
        status.subject = leaf.names.empty() ? leaf.subject : leaf.names.front();
        status.names = leaf.names;
        status.issuer = leaf.issuer;
        status.fingerprint = leaf.fingerprint;
        status.not_before = leaf.not_before;
        status.not_after = leaf.not_after;
        if (leads_ == Leads::elsewhere && status.last_error.empty()) {
            status.last_error = options_.hostname.str() + " leads to another server: its certificate is not renewed";
            status.remedy = "Correct its A, AAAA or CNAME record, if it shall lead here.";
        }
    }
    if (options_.mode == settings::TlsMode::acme) {
        const auto renewed = in_use();
        const auto allowed = allowed_at(state_, renewed);
        const bool planned = renewed && state_.renewal_of == status.fingerprint;
        const auto due = planned ? std::max(renewal_time(state_, *renewed), allowed) : allowed;
        status.next_attempt = std::max(due, outside_.clock.now());
    }
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
}

int Keeper::orders_since(base::SystemTime time) const {
    return static_cast<int>(std::ranges::count_if(state_.orders, [&](auto order) { return order > time; }));
}

Status Keeper::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

}  // namespace certs
