#include "acme/challenge_responses.h"

#include <doctest/doctest.h>

TEST_SUITE("acme challenge_responses") {
    TEST_CASE("a response is found while it is held and not after") {
        acme::ChallengeResponses responses;
        CHECK_FALSE(responses.find("token"));
        {
            const auto held = responses.hold("token", "token.print");
            CHECK(responses.find("token") == "token.print");
            CHECK_FALSE(responses.find("toke"));
        }
        CHECK_FALSE(responses.find("token"));
    }

    TEST_CASE("what is moved is released once") {
        acme::ChallengeResponses responses;
        auto first = responses.hold("token", "a");
        {
            const auto second = std::move(first);
            CHECK(responses.find("token") == "a");
        }
        CHECK_FALSE(responses.find("token"));
        const auto again = responses.hold("token", "b");
        CHECK(responses.find("token") == "b");
    }
}
