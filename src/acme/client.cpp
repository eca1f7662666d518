#include "acme/client.h"

#include <format>

#include "acme/jws.h"
#include "crypto/digest.h"

namespace acme {
namespace {

/// §6.5: a badNonce is to be tried again with the nonce of the answer. A server that says so every time is broken.
constexpr int most_nonce_tries = 15;
constexpr std::size_t longest_nonce = 512;
constexpr std::size_t most_nonces = 10;
constexpr std::size_t largest_answer = 512 * 1024;

Failure as_failure(base::Error error) {
    return {.error = std::move(error)};
}

template <class T>
Result<T> lift(base::Result<T> result) {
    return std::move(result).transform_error(as_failure);
}

bool is_success(int status) {
    return status >= 200 && status < 300;
}

/// What may be gone later without anybody doing anything.
bool passes_by_itself(const Problem& problem) {
    return problem.status >= 500 || problem.status == 429 || problem.type == "rateLimited" ||
           problem.type == "serverInternal" || problem.type == "badNonce" || problem.type == "dns" ||
           problem.type == "connection";
}

std::unexpected<Failure> refusal(const net::HttpReply& reply, base::SystemTime now) {
    const auto body = json::parse(reply.body).value_or(json::Value());
    Problem problem = parse_problem(body, reply.status);
    const auto text = "the CA answers: " + to_text(problem);
    auto error = passes_by_itself(problem) ? base::fail_transient(text) : base::fail(text);
    return std::unexpected(Failure{
        .error = std::move(error.error()), .problem = std::move(problem), .retry_after = net::retry_after(reply, now)});
}

}  // namespace

Client::Client(net::HttpClient& http, const base::Clock& clock, std::string directory_url,
               crypto::PrivateKey account_key, std::stop_token stop)
    : http_(http),
      clock_(clock),
      directory_url_(std::move(directory_url)),
      account_key_(std::move(account_key)),
      stop_(std::move(stop)) {}

Result<net::HttpReply> Client::send(net::HttpCall call) {
    call.largest_body = largest_answer;
    call.stop = stop_;
    auto reply = http_.send(call);
    if (!reply) return std::unexpected(as_failure(std::move(reply.error().error)));
    keep_nonce(*reply);
    return std::move(*reply);
}

void Client::keep_nonce(const net::HttpReply& reply) {
    const auto nonce = reply.header("replay-nonce");
    if (base64url_text(nonce, longest_nonce) && nonces_.size() < most_nonces) nonces_.emplace_back(nonce);
}

Result<std::string> Client::nonce() {
    if (nonces_.empty()) {  // §7.2
        const auto where = directory();
        if (!where) return std::unexpected(where.error());
        const auto reply = send({.method = "HEAD", .url = where->new_nonce});
        if (!reply) return std::unexpected(reply.error());
        if (!is_success(reply->status)) return refusal(*reply, clock_.now());
    }
    if (nonces_.empty()) return std::unexpected(as_failure(base::fail_transient("the CA gives no nonce").error()));
    std::string nonce = std::move(nonces_.back());
    nonces_.pop_back();
    return nonce;
}

Result<net::HttpReply> Client::post(const std::string& url, std::string_view payload) {
    for (int tries = 1;; ++tries) {
        auto fresh = nonce();
        if (!fresh) return std::unexpected(fresh.error());
        auto body = sign({.url = url, .nonce = std::move(*fresh), .account = account_url_}, payload, account_key_);
        if (!body) return std::unexpected(as_failure(body.error()));
        auto reply = send({.method = "POST",
                           .url = url,
                           .headers = {{"Content-Type", "application/jose+json"}},  // §6.2
                           .body = std::move(*body)});
        if (!reply) return reply;
        if (is_success(reply->status)) return reply;
        auto refused = refusal(*reply, clock_.now());
        if (!refused.error().is("badNonce") || tries == most_nonce_tries) return refused;
    }
}

Result<json::Value> Client::document(const net::HttpReply& reply) const {
    auto parsed = json::parse(reply.body);
    if (!parsed) return std::unexpected(as_failure(base::context("the CA's answer", parsed.error()).error()));
    return std::move(*parsed);
}

Result<Directory> Client::directory() {
    if (directory_) return *directory_;
    if (!usable_url(directory_url_))
        return std::unexpected(as_failure(
            base::fail("the URL of the CA's directory is not usable", "It must begin with https://.").error()));
    const auto reply = send({.url = directory_url_});
    if (!reply) return std::unexpected(reply.error());
    if (!is_success(reply->status)) return refusal(*reply, clock_.now());
    const auto body = document(*reply);
    if (!body) return std::unexpected(body.error());
    auto parsed = lift(parse_directory(*body));
    if (parsed) directory_ = *parsed;
    return parsed;
}

Result<std::string> Client::open_account(const std::string& contact) {
    const auto where = directory();
    if (!where) return std::unexpected(where.error());
    if (where->external_account_required)
        return std::unexpected(as_failure(
            base::fail("this CA wants an external account binding", "Use a CA that does not, such as Let's Encrypt.")
                .error()));
    auto payload = json::object({{"termsOfServiceAgreed", true}});
    if (!contact.empty()) payload.set("contact", json::array({"mailto:" + contact}));
    account_url_.clear();  // §6.2: this request carries the key, not the account
    const auto reply = post(where->new_account, json::dump(payload));
    if (!reply) return std::unexpected(reply.error());
    std::string url(reply->header("location"));
    if (!usable_url(url)) return std::unexpected(as_failure(base::fail_transient("the CA names no account").error()));
    account_url_ = std::move(url);
    return account_url_;
}

Result<Order> Client::order_in(const net::HttpReply& reply, std::string url) const {
    const auto body = document(reply);
    if (!body) return std::unexpected(body.error());
    auto order = lift(parse_order(*body, std::move(url)));
    if (order) order->retry_after = net::retry_after(reply, clock_.now());
    return order;
}

Result<Order> Client::new_order(std::span<const base::Hostname> names, const std::string& replaces) {
    const auto where = directory();
    if (!where) return std::unexpected(where.error());
    auto identifiers = json::array();
    for (const auto& name : names) identifiers.add(json::object({{"type", "dns"}, {"value", name.str()}}));
    auto payload = json::object({{"identifiers", identifiers}});
    if (!replaces.empty()) payload.set("replaces", replaces);
    const auto reply = post(where->new_order, json::dump(payload));
    if (!reply) return std::unexpected(reply.error());
    return order_in(*reply, std::string(reply->header("location")));
}

Result<Order> Client::order(const std::string& url) {
    const auto reply = post(url, "");
    if (!reply) return std::unexpected(reply.error());
    return order_in(*reply, url);
}

Result<Authorization> Client::authorization(const std::string& url) {
    const auto reply = post(url, "");
    if (!reply) return std::unexpected(reply.error());
    const auto body = document(*reply);
    if (!body) return std::unexpected(body.error());
    auto authorization = lift(parse_authorization(*body));
    if (authorization) authorization->retry_after = net::retry_after(*reply, clock_.now());
    return authorization;
}

Result<> Client::accept(const Challenge& challenge) {
    const auto reply = post(challenge.url, "{}");
    if (!reply) return std::unexpected(reply.error());
    return {};
}

Result<Order> Client::finalize(const Order& order, const std::string& request) {
    const auto reply = post(order.finalize, json::dump(json::object({{"csr", crypto::base64url(request)}})));
    if (!reply) return std::unexpected(reply.error());
    return order_in(*reply, order.url);
}

Result<std::string> Client::certificate(const Order& order) {
    const auto reply = post(order.certificate, "");
    if (!reply) return std::unexpected(reply.error());
    return reply->body;
}

Result<RenewalInfo> Client::renewal_info(const crypto::Certificate& certificate) {
    const auto where = directory();
    if (!where) return std::unexpected(where.error());
    const std::string id = certificate_id(certificate);
    if (where->renewal_info.empty() || id.empty())
        return std::unexpected(as_failure(
            base::fail("the CA has no renewal information for this certificate", "", base::ErrorKind::not_found)
                .error()));
    const auto reply = send({.url = where->renewal_info + "/" + id});
    if (!reply) return std::unexpected(reply.error());
    if (!is_success(reply->status)) return refusal(*reply, clock_.now());
    const auto body = document(*reply);
    if (!body) return std::unexpected(body.error());
    auto info = lift(parse_renewal_info(*body));
    if (info) info->retry_after = net::retry_after(*reply, clock_.now());
    return info;
}

base::Result<std::string> Client::key_authorization(std::string_view token) const {
    return acme::key_authorization(token, account_key_);
}

std::string certificate_id(const crypto::Certificate& certificate) {
    if (certificate.authority_key_id.empty()) return {};
    return crypto::base64url(certificate.authority_key_id) + "." + crypto::base64url(certificate.serial);
}

}  // namespace acme
