#include "certs/issuer.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/unit/certs/fixture.h"

namespace {

using namespace std::chrono_literals;
using certs::Spent;

struct Fixture : tests::CertsFixture {
    certs::State state, saved;

    std::expected<certs::Pair, certs::NotIssued> issue() {
        return certs::issue(
            options, outside, state, [this](const certs::State& now) { saved = now; }, std::nullopt, stop.get_token());
    }
    void refuse(const std::string& path, const std::string& type, int status = 403,
                const std::string& retry_after = "") {
        ca.refuse_path = path;
        ca.problem = type;
        ca.problem_status = status;
        ca.problem_retry_after = retry_after;
    }
};

}  // namespace

TEST_SUITE("certs issuer") {
    TEST_CASE_FIXTURE(Fixture, "a new server gets a certificate for its key") {
        const auto pair = issue();
        REQUIRE(pair);
        CHECK(crypto::matches(pair->leaf(), server_key()));
        CHECK(ca.challenge_was_answered);
        CHECK_FALSE(responses.find("token-1"));
        CHECK(state.issued.size() == 1);
        CHECK(pauses.front() == 7s);  // as the CA asked
    }

    TEST_CASE_FIXTURE(Fixture, "account and server keep their keys at the next certificate") {
        const auto first = issue();
        const auto account = options.letsencrypt() / "accounts/ca.test/mailserver.key";
        const std::string account_key = sys::read_file(account).value();
        const auto second = issue();
        REQUIRE(second);
        CHECK(second->leaf().public_key == first->leaf().public_key);
        CHECK(sys::read_file(account).value() == account_key);
        CHECK(static_cast<unsigned>(std::filesystem::status(account).permissions()) == 0600);
    }

    TEST_CASE_FIXTURE(Fixture, "when our own check fails the CA is not asked") {
        ca.responses = nullptr;
        const auto pair = issue();
        REQUIRE_FALSE(pair);
        CHECK(pair.error().spent == Spent::nothing);
        CHECK(ca.requests.empty());
        CHECK_FALSE(saved.attempt_running);
        CHECK(pair.error().error.text.starts_with(
            "cannot get a certificate for mail.example.org: another web server answers for"));
    }

    TEST_CASE_FIXTURE(Fixture, "after many checks in vain the CA is asked all the same, once") {
        ca.responses = nullptr;
        state.check_failures = 5;
        CHECK(issue().has_value());
        CHECK(state.asked_unchecked > base::SystemTime{});
        CHECK(issue().error().spent == Spent::nothing);  // not again for twelve hours
    }

    TEST_CASE_FIXTURE(Fixture, "a name without an address is never asked for") {
        state.check_failures = 50;
        dns.replace("mail.example.org", "A", {});
        CHECK(issue().error().spent == Spent::nothing);
        CHECK(ca.requests.empty());
    }

    TEST_CASE_FIXTURE(Fixture, "a challenge in vain counts as such and its order is not taken up again") {
        ca.refuse_challenge = true;
        const auto pair = issue();
        REQUIRE_FALSE(pair);
        CHECK(pair.error().spent == Spent::authorization);
        CHECK(pair.error().error.text ==
              "cannot get a certificate for mail.example.org: the CA tried the challenge: 404 (unauthorized)");
        CHECK(pair.error().error.remedy.contains("port 80"));
        CHECK(state.order_url.empty());
        CHECK_FALSE(responses.find("token-1"));
    }

    TEST_CASE_FIXTURE(Fixture, "a rate limit is handed on with its wait") {
        refuse("/new-order", "rateLimited", 429, "7200");
        const auto pair = issue();
        REQUIRE_FALSE(pair);
        CHECK(pair.error().retry_after == 7200s);
        CHECK(pair.error().spent == Spent::request);
        CHECK(state.issued.empty());
    }

    TEST_CASE_FIXTURE(Fixture, "a CA that is down costs nothing but the try") {
        ca.down = true;
        CHECK(issue().error().error.text ==
              "cannot get a certificate for mail.example.org: ca.test refuses the connection");
    }

    TEST_CASE_FIXTURE(Fixture, "a contact the CA does not like is left out") {
        ca.refuse_contact = true;
        CHECK(issue().has_value());
        CHECK(ca.count("POST /new-account") == 2);
    }

    TEST_CASE_FIXTURE(Fixture, "a refused finalization is no certificate of the week") {
        refuse("/finalize/1", "badCSR", 400);
        CHECK_FALSE(issue());
        CHECK(state.issued.empty());
    }

    TEST_CASE_FIXTURE(Fixture, "a kill after any request: the next attempt goes on with the same order") {
        issue().value();
        const auto all = ca.requests.size();
        for (std::size_t last = 1; last < all; ++last) {
            tests::CertsFixture other;
            certs::State kept, working;
            other.ca.on_request = [&](const std::string&) {
                if (other.ca.requests.size() == last) throw std::runtime_error("killed");
            };
            const auto save = [&](const certs::State& now) { kept = now; };
            CHECK_THROWS(certs::issue(other.options, other.outside, working, save, std::nullopt, {}));
            CHECK(kept.attempt_running);
            other.ca.on_request = [](const std::string&) {};
            const auto pair = certs::issue(other.options, other.outside, kept, save, std::nullopt, {});
            CHECK(pair.has_value());
            CHECK(kept.issued.size() == 1);
            CHECK(other.ca.count("POST /finalize/1") == 1);
        }
    }

    TEST_CASE_FIXTURE(Fixture, "an order the CA no longer knows is replaced by a new one") {
        state.order_url = "https://ca.test/order/1";
        CHECK(issue().has_value());
        CHECK(ca.count("POST /new-order") == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "a stop ends the waiting and leaves the order for the next start") {
        stop_at_pause = true;
        CHECK_FALSE(issue());
        CHECK(state.order_url == "https://ca.test/order/1");
        CHECK_FALSE(responses.find("token-1"));
    }

    TEST_CASE_FIXTURE(Fixture, "a chain that is not for our key and name is refused") {
        ca.chain = [this] { return crypto::chain_pem(tests::pair_for(clock.time).chain); };
        CHECK(issue().error().error.text.contains("the private key does not belong to the certificate"));
        ca.chain = [] { return std::string("<html>"); };
        CHECK(issue().error().error.text.contains("the certificate the CA sent is not usable"));
    }

    TEST_CASE_FIXTURE(Fixture, "a damaged account key is an error that names the file") {
        issue().value();
        const auto account = options.letsencrypt() / "accounts/ca.test/mailserver.key";
        sys::write_file(account, "").value();
        CHECK(issue().error().error.text.contains(account.string()));
        CHECK(sys::read_file(account).value().empty());
    }
}
