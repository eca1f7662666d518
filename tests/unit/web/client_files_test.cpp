#include "web/client_files.h"

#include <doctest/doctest.h>

namespace {

const auto address = base::EmailAddress::parse("jens@example.net").value();

web::ClientServer server(bool pop3) {
    return {.host = base::Hostname::parse("mail.example.org").value(),
            .site = "https://mail.example.org",
            .endpoints = setup::endpoints(pop3, true)};
}

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("autoconfig names every open port once, implicit TLS first") {
    const auto xml = web::autoconfig(server(false), address.domain(), "%EMAILADDRESS%").value();
    CHECK(count(xml, "<incomingServer") == 2);
    CHECK(count(xml, "<outgoingServer") == 2);
    CHECK(xml.find("<port>993</port>") < xml.find("<port>143</port>"));
    CHECK(xml.find("<port>465</port>") < xml.find("<port>587</port>"));
    CHECK_FALSE(xml.contains("pop3"));
    CHECK_FALSE(xml.contains("4190"));
    CHECK(count(xml, "<username>%EMAILADDRESS%</username>") == 4);
    const auto pop3 = web::autoconfig(server(true), address.domain(), "x").value();
    CHECK(count(pop3, "<incomingServer type=\"pop3\">") == 2);
}

TEST_CASE("Autodiscover tells one port of each protocol") {
    const auto xml = web::autodiscover(server(true), address, "jens@example.org").value();
    CHECK(count(xml, "<Protocol>") == 3);
    CHECK(count(xml, "<LoginName>jens@example.org</LoginName>") == 3);
    CHECK(xml.contains("<Port>995</Port>"));
    CHECK(count(web::autodiscover(server(false), address, "x").value(), "<Protocol>") == 2);
    CHECK(web::autodiscover_fault(web::AutodiscoverFault::other_schema).value().contains("<ErrorCode>601</ErrorCode>"));
}

TEST_CASE("what Outlook sends is read, with and without a prefix") {
    const auto read = web::read_autodiscover(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Autodiscover "
        "xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\"><Request>"
        "<EMailAddress> jens@example.net\r\n</EMailAddress><AcceptableResponseSchema>"
        "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>"
        "</Request></Autodiscover>");
    REQUIRE(read);
    CHECK(read->address == "jens@example.net");
    CHECK(read->wants_mail);
    const auto prefixed = web::read_autodiscover("<a:EMailAddress b=\"c\">x</a:EMailAddress>");
    CHECK(prefixed->address == "x");
    const auto phone = web::read_autodiscover(
        "<EMailAddress>x</EMailAddress><AcceptableResponseSchema>"
        "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006</AcceptableResponseSchema>");
    CHECK_FALSE(phone->wants_mail);
}

TEST_CASE("hostile and broken XML is no request") {
    for (const char* xml : {"", "<", ">", "<>", "</>", "<:>", "<EMailAddress>", "<EMailAddress>x", "<EMailAddress",
                            "EMailAddress>x<", "<!DOCTYPE a [<!ENTITY b \"c\">]><EMailAddress>&b;</EMailAddress>",
                            "<EMailAddress><![CDATA[x]]></EMailAddress>", "<!-- --><EMailAddress>x</EMailAddress>"})
        CHECK_FALSE_MESSAGE(web::read_autodiscover(xml), xml);
    CHECK_FALSE(web::read_autodiscover(std::string(64 * 1024, '<')));
    CHECK(web::read_autodiscover("<EMailAddress>&#106;</EMailAddress>")->address == "&#106;");
}

TEST_CASE("an address has always the same profile, another one another") {
    const auto profile = web::apple_profile(server(false), address, "jens@example.org").value();
    CHECK(profile == web::apple_profile(server(false), address, "jens@example.org").value());
    const auto other =
        web::apple_profile(server(false), base::EmailAddress::parse("anna@example.net").value(), "x").value();
    const auto id = [](const std::string& text) { return text.substr(text.find("<key>PayloadUUID</key>") + 30, 36); };
    CHECK(id(profile) != id(other));
    CHECK(id(profile)[14] == '8');
    CHECK(profile.contains("<key>IncomingMailServerPortNumber</key><integer>993</integer>"));
    CHECK(profile.contains("<key>OutgoingMailServerPortNumber</key><integer>465</integer>"));
    CHECK_FALSE(profile.contains("Password</key><string>"));
}
