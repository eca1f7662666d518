#include "certs/issuer.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <format>
#include <mutex>

#include "base/log.h"
#include "certs/explain.h"
#include "certs/keys.h"
#include "certs/plan.h"
#include "certs/preflight.h"

namespace certs {
namespace {

using namespace std::chrono_literals;

/// One order, from the account to the chain.
class Attempt {
  public:
    Attempt(const Options& options, const Outside& outside, State& state, const SaveState& save, acme::Client client,
            const std::stop_token& stop)
        : options_(options), outside_(outside), state_(state), save_(save), client_(std::move(client)), stop_(stop) {}

    acme::Result<Pair> run(const crypto::PrivateKey& key, const std::string& replaces) {
        return open_account()
            .and_then([&] { return order(replaces); })
            .and_then([&](acme::Order order) { return authorized(std::move(order)); })
            .and_then([&](acme::Order order) { return finalized(std::move(order), key); })
            .and_then([&](const acme::Order& order) { return client_.certificate(order); })
            .and_then([&](const std::string& chain) { return pair_of(chain, key); });
    }

    bool challenge_failed() const { return challenge_failed_; }

  private:
    acme::Result<> open_account() {
        auto account = client_.open_account(options_.contact);
        // The contact is a courtesy; a CA that does not like it must not keep us from a certificate.
        if (!account && (account.error().is("invalidContact") || account.error().is("unsupportedContact")))
            account = client_.open_account("");
        if (!account) return std::unexpected(account.error());
        state_.account_url = *account;
        return {};
    }

    acme::Result<acme::Order> order(const std::string& replaces) {
        if (!state_.order_url.empty()) {
            auto known = client_.order(state_.order_url);
            if (known && known->status != acme::OrderStatus::invalid) return known;
            if (!known && !known.error().problem) return known;  // the CA did not speak: the order may still be good
            state_.order_url.clear();
        }
        const std::array names{options_.hostname};
        auto fresh = client_.new_order(names, replaces);
        // RFC 9773 §5: the CA may refuse to link the two, for one because another account got the old one.
        if (!fresh && !replaces.empty() && fresh.error().problem && fresh.error().problem->status < 429)
            fresh = client_.new_order(names, "");
        if (fresh) {
            state_.order_url = fresh->url;
            state_.order_time = outside_.clock.now();
            state_.orders.push_back(state_.order_time);
            save_(state_);
        }
        return fresh;
    }

    acme::Result<acme::Order> authorized(acme::Order order) {
        if (order.status != acme::OrderStatus::pending) return order;
        for (const auto& url : order.authorizations)
            if (const auto done = authorize(url); !done) return std::unexpected(done.error());
        return wait_for_order(std::move(order), acme::OrderStatus::pending);
    }

    acme::Result<> authorize(const std::string& url) {
        auto authorization = client_.authorization(url);
        if (!authorization) return std::unexpected(authorization.error());
        if (authorization->status == acme::AuthorizationStatus::valid) return {};
        if (authorization->status != acme::AuthorizationStatus::pending || !authorization->http_01)
            return failure("the CA offers no http-01 challenge");
        const auto response = client_.key_authorization(authorization->http_01->token);
        if (!response) return std::unexpected(acme::Failure{.error = response.error()});
        const auto held = outside_.responses.hold(authorization->http_01->token, *response);
        if (!authorization->http_01->accepted)
            if (auto accepted = client_.accept(*authorization->http_01); !accepted) return accepted;
        for (int tries = 0; authorization->status == acme::AuthorizationStatus::pending; ++tries) {
            if (auto waited = wait(tries, authorization->retry_after); !waited) return waited;
            authorization = client_.authorization(url);
            if (!authorization) return std::unexpected(authorization.error());
        }
        if (authorization->status == acme::AuthorizationStatus::valid) return {};
        return refused(*authorization);
    }

    acme::Result<> refused(const acme::Authorization& authorization) {
        challenge_failed_ = true;
        state_.order_url.clear();
        if (!authorization.http_01 || !authorization.http_01->error) return failure("the CA refused the challenge");
        const auto& problem = *authorization.http_01->error;
        return std::unexpected(acme::Failure{
            .error = base::fail_transient("the CA tried the challenge: " + acme::to_text(problem)).error(),
            .problem = problem});
    }

    acme::Result<acme::Order> finalized(acme::Order order, const crypto::PrivateKey& key) {
        if (order.status == acme::OrderStatus::ready) {
            const std::array names{options_.hostname};
            const auto request = crypto::signing_request(key, names);
            if (!request) return std::unexpected(acme::Failure{.error = request.error()});
            // Counted before it exists, once for each order: a kill right after the request must not make it free.
            if (state_.issued.empty() || state_.issued.back() < state_.order_time)
                state_.issued.push_back(outside_.clock.now());
            save_(state_);
            auto next = client_.finalize(order, *request);
            if (!next) {
                if (next.error().problem) state_.issued.pop_back();
                return next;
            }
            order = std::move(*next);
        }
        return wait_for_order(std::move(order), acme::OrderStatus::processing);
    }

    /// Polls while the order has this status (§7.4).
    acme::Result<acme::Order> wait_for_order(acme::Order order, acme::OrderStatus status) {
        for (int tries = 0; order.status == status; ++tries) {
            if (const auto waited = wait(tries, order.retry_after); !waited) return std::unexpected(waited.error());
            auto next = client_.order(order.url);
            if (!next) return next;
            order = std::move(*next);
        }
        if (order.status != acme::OrderStatus::invalid) return order;
        state_.order_url.clear();
        auto failed = failure("the CA gave the order up");
        if (order.error) {
            failed.error().error.text += ": " + acme::to_text(*order.error);
            failed.error().problem = order.error;
        }
        return failed;
    }

    /// Before the next poll: as long as the CA says (§7.5.1), else longer each time; gives up after a few minutes.
    acme::Result<> wait(int tries, std::optional<std::chrono::seconds> retry_after) {
        if (tries == 30) return failure("the CA does not come to an end");
        const std::chrono::seconds usual(std::min(1 << std::min(tries, 4), 10));
        if (!outside_.pause(std::clamp<std::chrono::seconds>(retry_after.value_or(usual), 1s, 60s), stop_))
            return failure("stopped");
        return {};
    }

    acme::Result<Pair> pair_of(const std::string& chain, const crypto::PrivateKey& key) {
        const auto pem = key.pem();
        if (!pem) return std::unexpected(acme::Failure{.error = pem.error()});
        auto pair = make_pair(chain, pem->reveal(), options_.hostname);
        if (pair) return std::move(*pair);
        state_.order_url.clear();
        return failure("the certificate the CA sent is not usable: " + pair.error().text);
    }

    static std::unexpected<acme::Failure> failure(std::string text) {
        return std::unexpected(acme::Failure{.error = base::fail_transient(std::move(text)).error()});
    }

    const Options& options_;
    const Outside& outside_;
    State& state_;
    const SaveState& save_;
    acme::Client client_;
    const std::stop_token& stop_;
    bool challenge_failed_ = false;
};

std::unexpected<NotIssued> local_failure(base::Error error) {
    return std::unexpected(NotIssued{.error = std::move(error), .spent = Spent::nothing});
}

}  // namespace

bool pause(std::chrono::seconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

std::expected<Pair, NotIssued> issue(const Options& options, const Outside& outside, State& state,
                                     const SaveState& save, const std::optional<crypto::Certificate>& replaced,
                                     const std::stop_token& stop) {
    const LiveFolder folder{.letsencrypt = options.letsencrypt(), .hostname = options.hostname};
    const auto key = state.order_has_next_key ? next_server_key(folder) : server_key(folder);
    if (!key) return local_failure(key.error());
    const auto account = account_key(options.letsencrypt(), options.directory_url);
    if (!account) return local_failure(account.error());

    const auto checked = check_reachable(options.hostname, outside.http, outside.resolver, outside.responses, stop);
    if (checked.error) {
        if (checked.hopeless || !may_ask_unchecked(state, outside.clock.now()))
            return local_failure(
                base::context(std::format("cannot get a certificate for {}", options.hostname.str()), *checked.error)
                    .error());
        state.asked_unchecked = outside.clock.now();
        base::log("certs", std::format("{}; asking the CA all the same", checked.error->text));
    }
    state.attempt_running = true;
    save(state);
    Attempt attempt(options, outside, state, save,
                    acme::Client(outside.http, outside.clock, options.directory_url, *account, stop), stop);
    auto pair = attempt.run(*key, replaced ? acme::certificate_id(*replaced) : std::string());
    if (pair) return std::move(*pair);
    return std::unexpected(NotIssued{.error = explain(pair.error(), options.hostname),
                                     .spent = attempt.challenge_failed() ? Spent::authorization : Spent::request,
                                     .retry_after = pair.error().retry_after});
}

}  // namespace certs
