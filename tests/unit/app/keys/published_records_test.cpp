#include "app/keys/published_records.h"

#include <doctest/doctest.h>

using resolver::Answer, resolver::Status;
using Shown = certs::TlsaView::Shown;

namespace {

Answer says(std::vector<std::string> values, std::uint32_t ttl = 60) {
    return {.status = values.empty() ? Status::no_such_name : Status::found, .values = std::move(values), .ttl = ttl};
}

Answer text(std::string value) {
    return {.status = Status::found, .texts = {std::move(value)}};
}

}  // namespace

TEST_CASE("a key counts as shown when every name server shows it") {
    const auto shown = [](const std::vector<Answer>& said) { return app::tlsa_view(said, "aa").shown; };
    CHECK(shown({says({"3 1 1 bb", "3 1 1 aa"}), says({"3 1 1 aa"})}) == Shown::next);
    CHECK(shown({says({"3 1 1 aa"}), says({"3 1 1 bb"})}) == Shown::others);
    CHECK(shown({says({"3 1 1 aa"}), says({})}) == Shown::others);
    CHECK(shown({says({"3 1 2 aa"})}) == Shown::others);
    CHECK(shown({says({}), says({})}) == Shown::nothing);
    CHECK(shown({says({}), Answer{.status = Status::timed_out}}) == Shown::unknown);
    CHECK(app::tlsa_view({says({"3 1 1 aa"}, 60), says({"3 1 1 aa"}, 3600)}, "aa").ttl == std::chrono::hours(1));

    CHECK(app::shows_dkim_key({text("v=DKIM1; p=AAAA"), text("v=DKIM1;p=AAAA")}, "v=DKIM1; p=AAAA"));
    CHECK(!app::shows_dkim_key({text("v=DKIM1; p=AAAA"), text("v=DKIM1; p=BBBB")}, "v=DKIM1; p=AAAA"));
    CHECK(!app::shows_dkim_key({text("v=DKIM1; p=AAAA"), {}}, "v=DKIM1; p=AAAA"));
}
