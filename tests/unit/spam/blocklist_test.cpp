#include "spam/blocklist.h"

#include <doctest/doctest.h>

using resolver::Answer;
using resolver::Status;

namespace {

Answer found(const char* address) {
    return {.status = Status::found, .addresses = {*base::IpAddress::parse(address)}};
}

}  // namespace

TEST_CASE("a blocklist that lists its test entry is in order") {
    CHECK(spam::blocklist_fault("zen.example", found("127.0.0.2")).empty());
}

TEST_CASE("a blocklist that refuses to answer is named with its reason") {
    CHECK(spam::blocklist_fault("zen.example", found("127.255.255.254")) ==
          "blocklist zen.example does not answer us (127.255.255.254): it does not answer public resolvers; leave "
          "DNS_FORWARDERS empty");
    for (const char* address : {"127.255.255.252", "127.255.255.255", "127.255.255.250"})
        CHECK(spam::blocklist_fault("zen.example", found(address)).contains(address));
}

TEST_CASE("a blocklist without its test entry is of no use, one that nobody could ask is no news") {
    CHECK(spam::blocklist_fault("zen.example", {.status = Status::no_such_name}).contains("has no test entry"));
    CHECK(spam::blocklist_fault("zen.example", {.status = Status::failed}).empty());
    CHECK(spam::blocklist_fault("zen.example", {.status = Status::timed_out}).empty());
}
