#include "resolver/wire.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using resolver::add_record;
using resolver::Answer;
using resolver::Type;

namespace {

/// RDATA from text in which every octet is meant as it stands.
std::vector<std::uint8_t> octets(std::string_view text) {
    return {text.begin(), text.end()};
}

template <std::size_t N>
std::vector<std::uint8_t> octets(const char (&text)[N]) {
    return octets(std::string_view(text, N - 1));
}

bool refused(Type type, const std::vector<std::uint8_t>& rdata) {
    Answer answer;
    const auto added = add_record(answer, type, rdata);
    return !added && answer == Answer{};
}

}  // namespace

TEST_CASE("addresses of both families are read") {
    Answer answer;
    REQUIRE(add_record(answer, Type::A, octets("\xc0\x00\x02\x01")));
    REQUIRE(add_record(answer, Type::AAAA, octets("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x25")));
    REQUIRE(answer.addresses.size() == 2);
    CHECK(answer.addresses[0].str() == "192.0.2.1");
    CHECK(answer.addresses[1].str() == "2001:db8::25");
}

TEST_CASE("an MX has a preference and a host; the null MX has no host") {
    Answer answer;
    REQUIRE(add_record(answer, Type::MX,
                       octets("\x01\x02\x04Mail\x07"
                              "example\x03"
                              "org\0")));
    REQUIRE(add_record(answer, Type::MX, octets("\0\0\0")));
    CHECK(answer.exchanges == std::vector<resolver::MailExchange>{{258, "mail.example.org"}, {0, ""}});
}

TEST_CASE("the strings of one TXT record are joined, octets untouched") {
    Answer answer;
    REQUIRE(add_record(answer, Type::TXT, octets("\x07v=spf1 \0\x04-all\x02\0\xff")));
    REQUIRE(answer.texts.size() == 1);
    CHECK(answer.texts[0] == std::string("v=spf1 -all\0\xff", 13));
}

TEST_CASE("names of PTR, NS, CNAME and SOA are lower case without final dot") {
    const auto name = octets(
        "\x04MAIL\x07"
        "example\x03"
        "org\0");
    for (const auto type : {Type::PTR, Type::NS, Type::CNAME}) {
        Answer answer;
        REQUIRE(add_record(answer, type, name));
        CHECK(answer.names == std::vector<std::string>{"mail.example.org"});
    }
    Answer answer;
    REQUIRE(add_record(answer, Type::SOA,
                       octets("\x02ns\x03org\0\x04mail\x03org\0"
                              "12345678901234567890")));
    CHECK(answer.names == std::vector<std::string>{"ns.org"});
}

TEST_CASE("octets no host name has are escaped, so that a foreign name cannot imitate ours") {
    Answer answer;
    REQUIRE(add_record(answer, Type::PTR, octets("\x10mail.example.org\0")));
    REQUIRE(add_record(answer, Type::PTR,
                       octets("\x06"
                              "a\nb'\x1b/\0")));
    CHECK(answer.names[0] == "mail\\046example\\046org");
    CHECK(answer.names[1] == "a\\010b\\039\\027/");
}

TEST_CASE("malformed data is refused and adds nothing") {
    CHECK(refused(Type::A, octets("\xc0\x00\x02")));
    CHECK(refused(Type::A, octets("\xc0\x00\x02\x01\x01")));
    CHECK(refused(Type::AAAA, octets("\xc0\x00\x02\x01")));
    CHECK(refused(Type::MX, octets("\x00\x0a")));
    CHECK(refused(Type::MX, octets("\x00\x0a\x04mail")));
    CHECK(refused(Type::MX, octets("\x00\x0a\x04mail\0x")));
    CHECK(refused(Type::PTR, {}));
    CHECK(refused(Type::PTR, octets("\xc0\x0c")));     // a compression pointer
    CHECK(refused(Type::PTR, octets("\x09short\0")));  // a label beyond the end
    CHECK(refused(Type::TXT, octets("\x09short")));
    CHECK(refused(Type::PTR, octets(std::string(4 * 64, '?').replace(0, 1, "\x3f") + '\0')));
    std::string long_name;
    for (int i = 0; i < 5; ++i) long_name += '\x3f' + std::string(63, 'a');
    CHECK(refused(Type::PTR, octets(long_name + '\0')));
    std::string endless;
    for (int i = 0; i < 70; ++i) endless += '\xff' + std::string(255, 'a');
    CHECK(refused(Type::TXT, octets(endless)));
}

TEST_CASE("a question's name is escaped for libunbound's parser") {
    CHECK(resolver::escape_name("_dmarc.example.org") == "_dmarc.example.org");
    CHECK(resolver::escape_name("a b\\\"(\n.x") == "a\\032b\\092\\034\\040\\010.x");
    CHECK(resolver::escape_name(std::string("a\0b", 3)) == "a\\000b");
}

TEST_CASE("SRV, TLSA and CAA records become text; what is cut off is refused") {
    Answer services, associations, authorities;
    REQUIRE(add_record(services, Type::SRV,
                       octets("\0\x0a\0\x01\x03\xe1\x04Mail\x03"
                              "org\0")));
    REQUIRE(add_record(services, Type::SRV, octets("\0\0\0\0\0\0\0")));
    CHECK(services.values == std::vector<std::string>{"10 1 993 mail.org", "0 0 0 ."});
    REQUIRE(add_record(associations, Type::TLSA, octets("\x03\x01\x01\xab\0")));
    CHECK(associations.values == std::vector<std::string>{"3 1 1 ab00"});
    REQUIRE(add_record(authorities, Type::CAA, octets("\x80\x05IssueCa.Org; x=y")));
    CHECK(authorities.values == std::vector<std::string>{"128 issue \"Ca.Org; x=y\""});
    for (const auto& cut : {octets("\0\0\0\0\0\0"), octets("\0\0\0\0\0\0\x04mai"), octets("\0\0\0\0\0\0\0\0")})
        CHECK(refused(Type::SRV, cut));
    CHECK(refused(Type::TLSA, octets("\x03\x01\x01")));
    for (const auto& cut : {octets("\0"), octets("\0\0"), octets("\0\x05issu")}) CHECK(refused(Type::CAA, cut));
}
