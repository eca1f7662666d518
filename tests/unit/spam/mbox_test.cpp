#include "spam/mbox.h"

#include <doctest/doctest.h>

#include <vector>

namespace {

struct Split {
    std::vector<std::string> mails;
    bool good = true;
};

/// The mails of a text that comes in pieces of `step` octets.
Split split(std::string_view text, std::size_t step, std::size_t largest = 1000) {
    Split result;
    spam::MboxSplitter splitter(largest, [&](std::string_view mail) -> base::Result<> {
        result.mails.emplace_back(mail);
        return {};
    });
    for (; result.good && !text.empty(); text.remove_prefix(std::min(step, text.size())))
        result.good = splitter.feed(text.substr(0, step)).has_value();
    result.good = result.good && splitter.finish().has_value();
    return result;
}

}  // namespace

TEST_CASE("an mbox comes apart at its From lines, however it is cut into pieces") {
    constexpr std::string_view text =
        "From a@b Thu\nSubject: 1\n\nFrom here on is text after a quoted\n>From line\n\nFrom c@d Fri\r\nSubject: "
        "2\r\n\r\nend";
    for (const std::size_t step : {1UL, 2UL, 7UL, 1000UL}) {
        const auto result = split(text, step);
        CHECK(result.good);
        // An unquoted From after the header's empty line begins a mail: there is no other sign.
        CHECK(result.mails == std::vector<std::string>{"Subject: 1\n\n", "From line\n\n", "Subject: 2\r\n\r\nend"});
    }
}

TEST_CASE("quoted From lines lose one mark") {
    CHECK(split("From x\na\n>From b\n>>From c\n> From d\n", 5).mails ==
          std::vector<std::string>{"a\nFrom b\n>From c\n> From d\n"});
}

TEST_CASE("a mail that is too long comes out empty, the next one whole") {
    const auto text = "From x\n" + std::string(300'000, 'y') + "\n\nFrom z\nshort\n";
    CHECK(split(text, 4096).mails == std::vector<std::string>{"", "short\n"});
}

TEST_CASE("what does not begin like an mbox is refused; nothing is an empty one") {
    CHECK_FALSE(split("Subject: x\n\n", 100).good);
    CHECK_FALSE(split(std::string(200'000, '\0'), 4096).good);
    CHECK(split("", 1).good);
    CHECK(split("", 1).mails.empty());
}
