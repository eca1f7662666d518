#include "acme/client.h"

#include <doctest/doctest.h>

#include <array>

#include "tests/unit/acme/fake_ca.h"

namespace {

using namespace std::chrono_literals;

struct FixedClock final : base::Clock {
    base::SystemTime now() const override { return base::SystemTime{std::chrono::sys_days{2026y / 3 / 1}}; }
};

struct Fixture {
    tests::FakeCa ca;
    FixedClock clock;
    crypto::PrivateKey key = crypto::PrivateKey::generate_ec_p256().value();
    acme::Client client{ca, clock, tests::FakeCa::directory_url, key, {}};
    std::array<base::Hostname, 1> names{base::Hostname::parse("mail.example.org").value()};

    void refuse(const std::string& path, const std::string& type, int status, const std::string& retry_after = "") {
        ca.refuse_path = path;
        ca.problem = type;
        ca.problem_status = status;
        ca.problem_retry_after = retry_after;
    }
};

}  // namespace

TEST_SUITE("acme client") {
    TEST_CASE_FIXTURE(Fixture, "an order goes from the account to the certificate") {
        ca.chain = [] { return std::string("the chain"); };
        CHECK(client.open_account("admin@example.org").value() == "https://ca.test/account/1");
        CHECK(ca.last_payload.contains("mailto:admin@example.org"));
        CHECK(ca.last_payload.contains(R"("termsOfServiceAgreed":true)"));
        auto order = client.new_order(names, "").value();
        CHECK(ca.last_payload == R"({"identifiers":[{"type":"dns","value":"mail.example.org"}]})");
        const auto authorization = client.authorization(order.authorizations[0]).value();
        CHECK(authorization.retry_after == 7s);
        REQUIRE(client.accept(*authorization.http_01));
        CHECK(client.authorization(order.authorizations[0]).value().status == acme::AuthorizationStatus::pending);
        CHECK(client.authorization(order.authorizations[0]).value().status == acme::AuthorizationStatus::valid);
        order = client.order(order.url).value();
        CHECK(order.status == acme::OrderStatus::ready);
        order = client.finalize(order, "request").value();
        order = client.order(order.url).value();
        CHECK(client.certificate(order).value() == "the chain");
    }

    TEST_CASE_FIXTURE(Fixture, "the directory is fetched once and nonces are used again from the answers") {
        client.open_account("").value();
        client.new_order(names, "").value();
        client.order("https://ca.test/order/1").value();
        CHECK(ca.count("GET /dir") == 1);
        CHECK(ca.count("HEAD /new-nonce") == 0);  // the directory's answer held one already
    }

    TEST_CASE_FIXTURE(Fixture, "a refused nonce is tried again, but not for ever") {
        ca.bad_nonces = 5;
        CHECK(client.open_account(""));
        ca.bad_nonces = 1000;
        const auto order = client.new_order(names, "");
        REQUIRE_FALSE(order);
        CHECK(order.error().is("badNonce"));
        CHECK(order.error().error.permanence == base::Permanence::transient);
        CHECK(ca.count("POST /new-order") == 15);
    }

    TEST_CASE_FIXTURE(Fixture, "a rate limit comes out typed, transient and with its wait") {
        client.open_account("").value();
        refuse("/new-order", "rateLimited", 429, "3600");
        const auto order = client.new_order(names, "");
        REQUIRE_FALSE(order);
        CHECK(order.error().is("rateLimited"));
        CHECK(order.error().retry_after == 3600s);
        CHECK(order.error().error.permanence == base::Permanence::transient);
        CHECK(order.error().error.text == "the CA answers: because (rateLimited)");
    }

    TEST_CASE_FIXTURE(Fixture, "what the CA will always refuse is permanent") {
        client.open_account("").value();
        refuse("/new-order", "rejectedIdentifier", 400);
        CHECK(client.new_order(names, "").error().error.permanence == base::Permanence::permanent);
    }

    TEST_CASE_FIXTURE(Fixture, "a CA that is not there is a transient error without a problem") {
        ca.down = true;
        const auto account = client.open_account("");
        REQUIRE_FALSE(account);
        CHECK_FALSE(account.error().problem);
        CHECK(account.error().error.permanence == base::Permanence::transient);
    }

    TEST_CASE_FIXTURE(Fixture, "a CA that wants an external account is refused at once") {
        ca.external_account = true;
        CHECK(client.open_account("").error().error.permanence == base::Permanence::permanent);
        CHECK(ca.count("POST") == 0);
    }

    TEST_CASE_FIXTURE(Fixture, "a directory that is not https is never asked") {
        acme::Client plain(ca, clock, "http://ca.test/dir", key, {});
        CHECK_FALSE(plain.open_account(""));
        CHECK(ca.requests.empty());
    }

    TEST_CASE_FIXTURE(Fixture, "the renewal window is asked for by certificate id") {
        crypto::Certificate certificate{};
        // The example of RFC 9773 §4.1.
        certificate.authority_key_id =
            "\x69\x88\x5B\x6B\x87\x46\x40\x41\xE1\xB3\x7B\x84\x7B\xA0\xAE\x2C\xDE\x01\xC8\xD4";
        certificate.serial = std::string("\x00\x87\x65\x43\x21", 5);
        CHECK(acme::certificate_id(certificate) == "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
        CHECK(client.renewal_info(certificate).value().end > clock.now());
        CHECK(ca.count("GET /renewal-info/aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE") == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "without renewal information nobody is asked") {
        ca.has_renewal_info = false;
        crypto::Certificate certificate{};
        certificate.authority_key_id = "x";
        CHECK(client.renewal_info(certificate).error().error.kind == base::ErrorKind::not_found);
        CHECK(acme::certificate_id(crypto::Certificate{}).empty());
    }

    TEST_CASE_FIXTURE(Fixture, "a renewed certificate is named in the order") {
        client.open_account("").value();
        client.new_order(names, "aki.serial").value();
        CHECK(ca.last_order_payload.contains(R"("replaces":"aki.serial")"));
    }
}
