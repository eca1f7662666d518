#pragma once
/// An ACME server of a few lines behind net::HttpClient, with knobs for everything that goes wrong. It checks nonces
/// (each is good once) and URLs, not signatures.
#include <algorithm>
#include <format>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "acme/challenge_responses.h"
#include "crypto/digest.h"
#include "json/json.h"
#include "net/http_client.h"

namespace tests {

class FakeCa final : public net::HttpClient {
  public:
    static constexpr const char* directory_url = "https://ca.test/dir";

    // Knobs.
    bool down = false;        ///< refuses every connection
    int bad_nonces = 0;       ///< so many requests are refused with badNonce
    std::string refuse_path;  ///< the request to this path gets `problem`
    std::string problem;      ///< type
    int problem_status = 403;
    std::string problem_retry_after;
    bool refuse_challenge = false;
    bool refuse_contact = false;
    bool has_renewal_info = true;
    bool external_account = false;
    std::string window_start = "2099-01-01T00:00:00Z", window_end = "2099-01-02T00:00:00Z";
    std::function<std::string()> chain = [] { return std::string(); };
    acme::ChallengeResponses* responses = nullptr;  ///< the web server the check and the CA reach
    std::function<void(const std::string& path)> on_request = [](const std::string&) {};

    // What happened.
    std::vector<std::string> requests;  ///< "POST /new-order"
    std::string last_payload;           ///< of the last signed request
    std::string last_order_payload;
    bool challenge_was_answered = false;

    int count(std::string_view request) const {
        return static_cast<int>(std::ranges::count_if(requests, [&](const auto& r) { return r.starts_with(request); }));
    }

    net::HttpResult send(const net::HttpCall& call) override {
        if (call.url.starts_with("http://")) return web_server(call);
        const std::string path = call.url.substr(std::string_view("https://ca.test").size());
        on_request(path);
        requests.push_back(call.method + " " + path);
        if (down)
            return std::unexpected(net::HttpError{net::HttpFailure::refused,
                                                  base::fail_transient("ca.test refuses the connection").error()});
        net::HttpReply reply = call.method == "POST" ? signed_request(path, call) : plain_request(path);
        reply.headers.emplace_back("replay-nonce", fresh_nonce());
        return reply;
    }

  private:
    static std::string decoded(std::string text) {
        std::ranges::replace(text, '-', '+');
        std::ranges::replace(text, '_', '/');
        text.append((4 - text.size() % 4) % 4, '=');
        return crypto::from_base64(text).value_or("");
    }

    std::string fresh_nonce() {
        nonces_.insert(std::format("nonce-{}", ++made_nonces_));
        return std::format("nonce-{}", made_nonces_);
    }

    static net::HttpReply answer(int status, const std::string& body, const std::string& location = {}) {
        net::HttpReply reply{.status = status, .headers = {}, .body = body};
        if (!location.empty()) reply.headers.emplace_back("location", location);
        return reply;
    }

    static net::HttpReply refusal(int status, const std::string& type, const std::string& retry_after = {}) {
        auto reply =
            answer(status, std::format(R"({{"type":"urn:ietf:params:acme:error:{}","detail":"because"}})", type));
        if (!retry_after.empty()) reply.headers.emplace_back("retry-after", retry_after);
        return reply;
    }

    net::HttpResult web_server(const net::HttpCall& call) {
        const auto found = responses ? responses->find(call.url.substr(call.url.rfind('/') + 1)) : std::nullopt;
        return found ? answer(200, *found) : answer(404, "not here");
    }

    net::HttpReply plain_request(const std::string& path) const {
        if (path == refuse_path) return refusal(problem_status, problem, problem_retry_after);
        if (path == "/dir")
            return answer(200, std::format(R"({{"newNonce":"https://ca.test/new-nonce","newAccount":)"
                                           R"("https://ca.test/new-account","newOrder":"https://ca.test/new-order"{},)"
                                           R"("meta":{{"externalAccountRequired":{}}}}})",
                                           has_renewal_info ? R"(,"renewalInfo":"https://ca.test/renewal-info")" : "",
                                           external_account));
        if (path == "/new-nonce") return answer(200, "");
        if (path.starts_with("/renewal-info/"))
            return answer(
                200, std::format(R"({{"suggestedWindow":{{"start":"{}","end":"{}"}}}})", window_start, window_end));
        return answer(404, "");
    }

    net::HttpReply signed_request(const std::string& path, const net::HttpCall& call) {
        const auto jws = json::parse(call.body).value();
        const auto header = json::parse(decoded(jws["protected"].text())).value();
        last_payload = decoded(jws["payload"].text());
        const bool good_nonce = nonces_.erase(header["nonce"].text()) == 1;
        if (!good_nonce || bad_nonces-- > 0) return refusal(400, "badNonce");
        if (header["url"].text() != call.url || header.has("kid") == (path == "/new-account"))
            return refusal(400, "malformed");
        if (path == refuse_path) return refusal(problem_status, problem, problem_retry_after);
        return act(path);
    }

    net::HttpReply act(const std::string& path) {
        if (path == "/new-account") {
            if (refuse_contact && last_payload.contains("contact")) return refusal(400, "invalidContact");
            return answer(201, R"({"status":"valid"})", "https://ca.test/account/1");
        }
        if (path == "/new-order") {
            last_order_payload = last_payload;
            order_ = "pending";
            authorization_ = "pending";
            return answer(201, order(), "https://ca.test/order/1");
        }
        if (path == "/order/1") {
            if (order_ == "processing") order_ = "valid";
            return order_.empty() ? refusal(404, "malformed") : answer(200, order());
        }
        if (path == "/authorization/1") return authorization();
        if (path == "/challenge/1") {
            challenge_was_answered = responses && responses->find("token-1").has_value();
            authorization_ = "processing";
            return answer(200, "{}");
        }
        if (path == "/finalize/1") {
            order_ = "processing";
            return answer(200, order());
        }
        if (path == "/certificate/1") return answer(200, chain());
        return answer(404, "");
    }

    std::string order() const {
        return std::format(R"({{"status":"{}","authorizations":["https://ca.test/authorization/1"],)"
                           R"("finalize":"https://ca.test/finalize/1","certificate":"https://ca.test/certificate/1"}})",
                           order_);
    }

    net::HttpReply authorization() {
        std::string status = "pending", challenge = authorization_, error;
        if (authorization_ == "processing") {  // the next look finds it done
            authorization_ = refuse_challenge ? "invalid" : "valid";
            if (!refuse_challenge) order_ = "ready";
        } else if (authorization_ != "pending") {
            status = authorization_;
        }
        if (status == "invalid")
            error = R"(,"error":{"type":"urn:ietf:params:acme:error:unauthorized","detail":"404","status":403})";
        auto reply =
            answer(200, std::format(R"({{"identifier":{{"type":"dns","value":"mail.example.org"}},"status":"{}",)"
                                    R"("challenges":[{{"type":"dns-01","url":"https://ca.test/x","token":"x"}},)"
                                    R"({{"type":"http-01","url":"https://ca.test/challenge/1",)"
                                    R"("token":"token-1","status":"{}"{}}}]}})",
                                    status, challenge, error));
        reply.headers.emplace_back("retry-after", "7");
        return reply;
    }

    std::set<std::string> nonces_;
    int made_nonces_ = 0;
    std::string order_, authorization_;
};

}  // namespace tests
