#pragma once
/// The conversation with an ACME server (RFC 8555, RFC 9773): one method per request, no decisions and no waiting.
/// certs/issuer.h decides what to ask when.
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "acme/objects.h"
#include "acme/problem.h"
#include "base/address.h"
#include "base/clock.h"
#include "crypto/certificate.h"
#include "crypto/key.h"
#include "net/http_client.h"

namespace acme {

/// One account at one CA. Belongs to one thread.
class Client {
  public:
    /// `account_key` is P-256. `stop` ends a request that is under way.
    Client(net::HttpClient& http, const base::Clock& clock, std::string directory_url, crypto::PrivateKey account_key,
           std::stop_token stop);

    /// Fetched once, then remembered (§7.1.1).
    Result<Directory> directory();

    /// Makes the account of our key, or finds it when it exists (§7.3, §7.3.1), agreeing to the terms of service.
    /// `contact` is a mail address; may be empty. The answer is the account's URL; every request below needs it.
    Result<std::string> open_account(const std::string& contact);

    /// §7.4. `replaces` is the certificate this one renews (RFC 9773 §5); may be empty.
    Result<Order> new_order(std::span<const base::Hostname> names, const std::string& replaces);
    Result<Order> order(const std::string& url);

    /// §7.5
    Result<Authorization> authorization(const std::string& url);
    /// Tells the server that the challenge can be tried (§7.5.1).
    Result<> accept(const Challenge& challenge);

    /// §7.4; `request` is DER.
    Result<Order> finalize(const Order& order, const std::string& request);

    /// The chain as PEM text, the server's own certificate first (§7.4.2).
    Result<std::string> certificate(const Order& order);

    /// When the CA wants this certificate to be renewed (RFC 9773 §4); not_found when the CA has no such service.
    Result<RenewalInfo> renewal_info(const crypto::Certificate& certificate);

    /// The key authorization of a token for our account (§8.1).
    base::Result<std::string> key_authorization(std::string_view token) const;

  private:
    Result<net::HttpReply> send(net::HttpCall call);
    Result<std::string> nonce();
    Result<net::HttpReply> post(const std::string& url, std::string_view payload);
    Result<json::Value> document(const net::HttpReply& reply) const;
    Result<Order> order_in(const net::HttpReply& reply, std::string url) const;
    void keep_nonce(const net::HttpReply& reply);

    net::HttpClient& http_;
    const base::Clock& clock_;
    std::string directory_url_;
    crypto::PrivateKey account_key_;
    std::stop_token stop_;
    std::optional<Directory> directory_;
    std::string account_url_;
    std::vector<std::string> nonces_;
};

/// RFC 9773 §4.1: `<base64url of the authority key id>.<base64url of the serial>`; empty when the certificate names no
/// authority key.
std::string certificate_id(const crypto::Certificate& certificate);

}  // namespace acme
