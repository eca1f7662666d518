#include "resolver/stub_resolver.h"

#include <doctest/doctest.h>

#include <string>

using resolver::Question;
using resolver::read_message;
using resolver::Status;
using resolver::Type;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

/// A header with these flags and number of answers, and the question example.org (at offset 12) of `type`.
Octets message(std::uint16_t flags, std::uint8_t answers, std::uint8_t type) {
    Octets octets{
        0, 1, static_cast<std::uint8_t>(flags >> 8), static_cast<std::uint8_t>(flags & 0xff), 0, 1, 0, answers, 0, 0,
        0, 0};
    const auto name = bytes(std::string_view("\7example\3org\0", 13));
    octets.insert(octets.end(), name.begin(), name.end());
    for (const int octet : {0, int{type}, 0, 1}) octets.push_back(static_cast<std::uint8_t>(octet));
    return octets;
}

/// A record whose owner is the name at `offset`.
void add(Octets& octets, std::uint8_t offset, std::uint8_t type, const Octets& data) {
    for (const int octet : {0xc0, int{offset}, 0, int{type}, 0, 1, 0, 0, 0, 60, 0, static_cast<int>(data.size())})
        octets.push_back(static_cast<std::uint8_t>(octet));
    octets.insert(octets.end(), data.begin(), data.end());
}

constexpr std::uint16_t answered = 0x8180, authentic = 0x81a0;

}  // namespace

TEST_CASE("records of an answer are read, with compressed names, and the AD flag") {
    auto mx = message(authentic, 1, 15);
    add(mx, 12, 15, {0, 10, 2, 'm', 'x', 0xc0, 12});
    const auto exchanges = read_message({"example.org", Type::MX}, mx);
    CHECK(exchanges.status == Status::found);
    CHECK(exchanges.secure);
    CHECK(exchanges.exchanges == std::vector<resolver::MailExchange>{{10, "mx.example.org"}});
    auto tlsa = message(answered, 1, 52);
    add(tlsa, 12, 52, {3, 1, 1, 0xab, 0x01});
    const auto values = read_message({"example.org", Type::TLSA}, tlsa);
    CHECK(values.values == std::vector<std::string>{"3 1 1 ab01"});
    CHECK_FALSE(values.secure);
}

TEST_CASE("an alias is followed, and what belongs to another name is left out") {
    auto octets = message(answered, 3, 1);
    const auto alias_at = static_cast<std::uint8_t>(octets.size() + 12);
    add(octets, 12, 5, {1, 'a', 0xc0, 12});
    add(octets, alias_at, 1, {192, 0, 2, 1});
    add(octets, 12, 1, {192, 0, 2, 66});
    const auto answer = read_message({"example.org", Type::A}, octets);
    CHECK(answer.canonical_name == "a.example.org");
    REQUIRE(answer.addresses.size() == 1);
    CHECK(answer.addresses[0].str() == "192.0.2.1");
}

TEST_CASE("no records, no name and no answer are three things") {
    CHECK(read_message({"example.org", Type::A}, message(answered, 0, 1)).status == Status::no_data);
    CHECK(read_message({"example.org", Type::A}, message(answered | 3, 0, 1)).status == Status::no_such_name);
    CHECK(read_message({"example.org", Type::A}, message(answered | 2, 0, 1)).status == Status::failed);
}

TEST_CASE("nonsense is an answer that failed, at every length") {
    auto whole = message(answered, 2, 15);
    add(whole, 12, 15, {0, 10, 2, 'm', 'x', 0xc0, 12});
    add(whole, 12, 15, {0, 10, 0xc0, 0xff});  // points outside
    for (std::size_t length = 0; length <= whole.size(); ++length)
        CHECK(read_message({"example.org", Type::MX}, std::span(whole).first(length)).status == Status::failed);
}
