#include "dkim/record.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "crypto/key.h"

namespace {

const std::string key = crypto::PrivateKey::generate_rsa()->pem()->reveal();
const base::Domain domain = base::Domain::parse("example.org").value();

}  // namespace

TEST_SUITE("dkim record") {
    TEST_CASE("the value is the public half of the private key") {
        const std::string value = dkim::record_value(key).value();
        CHECK(value.starts_with("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"));
        CHECK(value.size() == 18 + 392);
    }

    TEST_CASE("the zone text has opendkim-genkey's form and no string above 255 octets") {
        const std::string text = dkim::zone_text(key, domain, "mailserver").value();
        CHECK(text.starts_with("mailserver._domainkey\tIN\tTXT\t( \"v=DKIM1; h=sha256; k=rsa; \"\n\t  \"p=MIIB"));
        CHECK(text.ends_with("\" )  ; ----- DKIM key mailserver for example.org\n"));
        const auto pieces = base::split(text, '"');
        for (std::size_t i = 1; i < pieces.size(); i += 2) CHECK(pieces[i].size() <= 255);
    }

    TEST_CASE("the public key is found again in either form") {
        const std::string value = dkim::record_value(key).value();
        CHECK("v=DKIM1; k=rsa; p=" + dkim::public_key_in(value) == value);
        CHECK(dkim::public_key_in(dkim::zone_text(key, domain, "s").value()) == dkim::public_key_in(value));
        CHECK(dkim::public_key_in("") == "");
        CHECK(dkim::public_key_in("nonsense ( \" ) p") == "");
    }

    TEST_CASE("keys other than RSA of 1024 to 4096 bits are refused") {
        CHECK_FALSE(dkim::record_value(crypto::PrivateKey::generate_ec_p256()->pem()->reveal()));
        CHECK_FALSE(dkim::record_value(crypto::PrivateKey::generate_rsa(768)->pem()->reveal()));
        CHECK_FALSE(dkim::record_value("nonsense"));
    }
}
