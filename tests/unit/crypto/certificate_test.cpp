#include "crypto/certificate.h"

#include <doctest/doctest.h>

#include <array>

namespace {

using namespace std::chrono_literals;

const base::SystemTime start{std::chrono::sys_days{2026y / 3 / 1}};

base::Hostname host(const char* name) {
    return base::Hostname::parse(name).value();
}

crypto::Certificate certificate_with(std::vector<std::string> names) {
    crypto::Certificate certificate{};
    certificate.names = std::move(names);
    return certificate;
}

}  // namespace

TEST_SUITE("crypto certificate") {
    TEST_CASE("a self-signed certificate says what it was made with") {
        const auto key = crypto::PrivateKey::generate_ec_p256().value();
        const std::array names{host("mail.example.org"), host("imap.example.org")};
        const auto pem = crypto::self_signed(key, names, start, std::chrono::days(90)).value();
        const auto chain = crypto::parse_chain(pem).value();
        REQUIRE(chain.size() == 1);
        CHECK(chain[0].subject == "CN=mail.example.org");
        CHECK(chain[0].issuer == chain[0].subject);
        CHECK(chain[0].names == std::vector<std::string>{"mail.example.org", "imap.example.org"});
        CHECK(chain[0].not_before == start);
        CHECK(chain[0].not_after == start + std::chrono::days(90));
        CHECK(chain[0].fingerprint.size() == 64);
        CHECK_FALSE(chain[0].serial.empty());
        CHECK(chain[0].pem == pem);
        CHECK(crypto::matches(chain[0], key));
        CHECK_FALSE(crypto::matches(chain[0], crypto::PrivateKey::generate_ec_p256().value()));
    }

    TEST_CASE("dates beyond 2050 are kept") {
        const auto key = crypto::PrivateKey::generate_ec_p256().value();
        const std::array names{host("mail.example.org")};
        const base::SystemTime late{std::chrono::sys_days{2060y / 1 / 1}};
        const auto chain = crypto::parse_chain(crypto::self_signed(key, names, late, std::chrono::days(1)).value());
        CHECK(chain.value()[0].not_before == late);
    }

    TEST_CASE("a name too long for a common name still makes a certificate") {
        const auto key = crypto::PrivateKey::generate_ec_p256().value();
        const std::array names{host((std::string(60, 'a') + ".example.org").c_str())};
        const auto chain = crypto::parse_chain(crypto::self_signed(key, names, start, std::chrono::days(1)).value());
        CHECK(crypto::valid_for(chain.value()[0], names[0]));
    }

    TEST_CASE("names match as clients match them") {
        CHECK(crypto::valid_for(certificate_with({"mail.example.org"}), host("mail.example.org")));
        CHECK(crypto::valid_for(certificate_with({"x.test", "*.example.org"}), host("mail.example.org")));
        CHECK_FALSE(crypto::valid_for(certificate_with({"*.example.org"}), host("a.mail.example.org")));
        CHECK_FALSE(crypto::valid_for(certificate_with({"*.example.org"}), host("example.org")));
        CHECK_FALSE(crypto::valid_for(certificate_with({"*.org"}), host("mail.example.org")));
        CHECK_FALSE(crypto::valid_for(certificate_with({"m*.example.org"}), host("mail.example.org")));
        CHECK_FALSE(crypto::valid_for(certificate_with({}), host("mail.example.org")));
    }

    TEST_CASE("a chain keeps its order") {
        const auto key = crypto::PrivateKey::generate_ec_p256().value();
        const std::array first{host("a.example.org")}, second{host("b.example.org")};
        const std::string pem = crypto::self_signed(key, first, start, std::chrono::days(1)).value() + "some text\n" +
                                crypto::self_signed(key, second, start, std::chrono::days(1)).value();
        const auto chain = crypto::parse_chain(pem).value();
        REQUIRE(chain.size() == 2);
        CHECK(chain[1].names[0] == "b.example.org");
        CHECK(crypto::parse_chain(crypto::chain_pem(chain)).value() == chain);
    }

    TEST_CASE("what is no certificate is refused") {
        const auto key = crypto::PrivateKey::generate_ec_p256().value();
        const std::array names{host("mail.example.org")};
        const auto pem = crypto::self_signed(key, names, start, std::chrono::days(1)).value();
        std::string many;
        for (int i = 0; i < 11; ++i) many += pem;
        std::string flipped = pem;
        flipped.replace(100, 4, "!!!!");
        for (const std::string& bad : {std::string(), std::string("x"), key.pem().value().reveal(),
                                       pem.substr(0, pem.size() - 40), flipped, many})
            CHECK_FALSE(crypto::parse_chain(bad));
    }

    TEST_CASE("a signing request holds every name and an empty list makes none") {
        const auto key = crypto::PrivateKey::generate_ec_p256().value();
        const std::array names{host("mail.example.org"), host("www.example.org")};
        const std::string der = crypto::signing_request(key, names).value();
        CHECK(der.contains("mail.example.org"));
        CHECK(der.contains("www.example.org"));
        CHECK(der.starts_with('\x30'));
        CHECK_FALSE(crypto::signing_request(key, {}));
        CHECK_FALSE(crypto::self_signed(key, {}, start, std::chrono::days(1)));
    }
}
