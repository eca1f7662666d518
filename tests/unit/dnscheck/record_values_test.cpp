#include <doctest/doctest.h>

#include "dnscheck/dkim_record.h"
#include "dnscheck/dmarc_record.h"
#include "dnscheck/tags.h"

using dnscheck::compare_dkim;
using dnscheck::DmarcAction;
using dnscheck::parse_dmarc_record;

namespace {

const std::string own = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1234567890IDAQAB";

std::string dmarc_problem(std::string_view text) {
    const auto policy = parse_dmarc_record(text);
    return policy ? "" : policy.error().text;
}

}  // namespace

TEST_CASE("a tag list keeps its order, trims blanks and allows a final semicolon") {
    const auto tags = dnscheck::Tags::parse(" v = DKIM1 ;p=a=b; ");
    REQUIRE(tags);
    CHECK(tags->first() == "v");
    CHECK(tags->find("p") == "a=b");
    CHECK(!tags->find("P"));
    CHECK(dnscheck::Tags::parse("")->first() == "");
    CHECK(dnscheck::Tags::parse("a=1;;b=2").error().text == "'' is not of the form name=value");
    CHECK(dnscheck::Tags::parse("a=1; a=2").error().text == "the tag 'a' appears twice");
    CHECK(dnscheck::Tags::parse("1a=1").error().text == "'1a=1' is not of the form name=value");
}

TEST_CASE("our own key is recognised however it is written") {
    CHECK(compare_dkim(own, own).good);
    CHECK(compare_dkim("p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA 1234567890IDAQAB;", own).good);
    CHECK(compare_dkim(own + "; h=sha1:sha256; s=email; t=s; n=note; future=1", own).good);
    CHECK(!compare_dkim(own, own).testing);
    CHECK(compare_dkim(own + "; t=s:y", own).testing);
}

TEST_CASE("each way a key record can be wrong has its own words") {
    const auto why = [](const std::string& published) { return compare_dkim(published, own).why; };
    CHECK(why("v=DKIM1; k=rsa; p=") == "The key is revoked: its 'p=' is empty.");
    CHECK(why(own.substr(0, 40)) ==
          "The key is cut off: 22 of 60 characters of 'p=' are there. Enter the value whole, or as several strings of "
          "at most 255 characters.");
    CHECK(why("v=DKIM1; k=rsa; p=MIIBIjANBgkq\"\"hkiG9w0") == "The key is damaged: there is a '\"' in its 'p='.");
    CHECK(why("v=DKIM1; k=rsa; p=MIIBother") ==
          "It is the public half of another key than the one this server signs with.");
    CHECK(why("v=DKIM1; k=ed25519; p=abcd") == "It is for a key of type 'ed25519', ours is 'rsa'.");
    CHECK(why("v=DKIM1; k=rsa") == "The record is malformed: it has no key ('p=').");
    CHECK(why("v=DKIM2; p=abc") == "The record is malformed: it must start with 'v=DKIM1'.");
    CHECK(why("p=abc; v=DKIM1") == "The record is malformed: it must start with 'v=DKIM1'.");
    CHECK(why("hello") == "The record is malformed: 'hello' is not of the form name=value.");
    CHECK(why(own + "; h=sha1") == "Its 'h=' does not allow SHA-256, which our signatures use.");
    CHECK(why(own + "; s=tlsrpt") == "Its 's=' does not allow e-mail.");
    CHECK(why("v=DKIM1; k=\x1b[2J; p=a") == "It is for a key of type '\\x1b[2J', ours is 'rsa'.");
}

TEST_CASE("DMARC policies are read; tags we do not know are ignored") {
    CHECK(parse_dmarc_record("v=DMARC1; p=reject") ==
          dnscheck::DmarcPolicy{DmarcAction::reject, DmarcAction::reject, ""});
    CHECK(parse_dmarc_record("v=DMARC1;p=none;sp=Quarantine;rua=mailto:a@example.org;pct=50;np=reject;x=1;") ==
          dnscheck::DmarcPolicy{DmarcAction::none, DmarcAction::quarantine, "mailto:a@example.org"});
    CHECK(dnscheck::is_dmarc_record("v = DMARC1 ; p=none"));
    CHECK(!dnscheck::is_dmarc_record("v=dmarc1; p=none"));
    CHECK(!dnscheck::is_dmarc_record("p=none; v=DMARC1"));
    CHECK(!dnscheck::is_dmarc_record("v=DMARC10; p=none"));
}

TEST_CASE("what is wrong with a DMARC record is named") {
    CHECK(dmarc_problem("v=DMARC1") == "the tag 'p' is missing");
    CHECK(dmarc_problem("v=DMARC1; p=monitor") == "'p=monitor' must be none, quarantine or reject");
    CHECK(dmarc_problem("v=DMARC1; p=none; sp=x") == "'sp=x' must be none, quarantine or reject");
    CHECK(dmarc_problem("v=DMARC1; p=none; aspf=strict") == "'aspf=strict' must be r or s");
    CHECK(dmarc_problem("v=DMARC1; p=none; p=reject") == "the tag 'p' appears twice");
    CHECK(dmarc_problem("v=DMARC1 p=none") == "it does not start with 'v=DMARC1'");
}
