#include "setup/logo.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace {

const std::string good =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 64 64\">"
    "<title>Example</title><defs><linearGradient id=\"g\"><stop offset=\"0\"/></linearGradient></defs>"
    "<g><path d=\"M0 0h64v64z\" fill=\"url(#g)\"/></g></svg>";

std::string changed(const std::string& from, const std::string& to) {
    REQUIRE(good.contains(from));
    return base::replace_all(good, from, to);
}

}  // namespace

TEST_CASE("a logo as mail services want it") {
    CHECK(setup::logo_fault(good).empty());
    CHECK(setup::logo_fault(changed("0 0 64 64", "-1.5,0,32.5 32.5")).empty());
    CHECK(setup::logo_fault(changed("<g>", "<metadata><x:y/></metadata><g>")).empty());
}

TEST_CASE("what mail services refuse in a logo is named") {
    const auto fault = [](const std::string& svg) { return setup::logo_fault(svg); };
    CHECK(fault("").contains("not well-formed"));
    CHECK(fault("<html/>") == "it is not SVG.");
    CHECK(fault("<!DOCTYPE svg [<!ENTITY a 'b'>]>" + good).contains("DOCTYPE"));
    CHECK(fault(changed("\"1.2\"", "\"1.1\"")) == "its version is not \"1.2\".");
    CHECK(fault(changed("tiny-ps", "tiny")) == "its baseProfile is not \"tiny-ps\".");
    CHECK(fault(changed("<title>Example</title>", "")) == "it has no title.");
    CHECK(fault(changed("Example", " ")) == "it has no title.");
    for (const auto* box : {"0 0 64 32", "0 0 0 0", "0 0 -1 -1", "0 0 64", "0 0 a a", "0 0 64 64 64", ""})
        CHECK(fault(changed("0 0 64 64", box)) == "its viewBox is not a square.");
    CHECK(fault(changed("<svg ", "<svg x=\"0\" ")).contains("x or y"));
    for (const auto* element : {"script", "image", "animate", "foreignObject", "style", "set", "a", "x:script"})
        CHECK(fault(changed("<g>", "<" + std::string(element) + "/><g>")).contains(element));
    CHECK(fault(changed("<g>", "<g onclick=\"x()\">")).contains("script"));
    for (const auto* attribute :
         {"xlink:href=\"https://x.example/a\"", "href=\"data:image/png;base64,AA\"",
          "fill=\"url(https://x.example/a)\"", "fill=\"url(#g) URL( 'http://x')\"", "style=\"a:javascript:b\""})
        CHECK(fault(changed("<g>", "<g " + std::string(attribute) + ">")).contains("outside the file"));
    CHECK(fault(good + std::string(33 * 1024, ' ')) == "it is larger than 32 kB.");
}
