#include "app/monitoring/link.h"

#include <doctest/doctest.h>

namespace {

std::vector<base::IpNetwork> networks(std::initializer_list<const char*> texts) {
    std::vector<base::IpNetwork> all;
    for (const auto* text : texts) all.push_back(*base::IpNetwork::parse(text));
    return all;
}

}  // namespace

TEST_CASE("of the other side's addresses the one in a common network counts") {
    const auto own = networks({"10.88.0.0/16", "10.89.7.0/24"});
    CHECK(app::reachable("10.90.0.5\n10.89.7.2\n10.88.0.9\n", own)->str() == "10.89.7.2");
    CHECK_FALSE(app::reachable("10.90.0.5\n", own));
    CHECK_FALSE(app::reachable("10.89.7.2\n", {}));
}

TEST_CASE("what is no list of addresses leads nowhere") {
    const auto own = networks({"10.89.7.0/24"});
    for (const auto* text : {"", "\n\n", "10.89.7.2;x", " 10.89.7.2", "x 10.89.7.2", "\xff"}) {
        CAPTURE(text);
        CHECK_FALSE(app::reachable(text, own));
    }
    CHECK(app::reachable("nonsense\n10.89.7.2", own));
}
