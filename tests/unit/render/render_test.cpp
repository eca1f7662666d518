#include "render/render.h"

#include <doctest/doctest.h>

using render::fill;
using render::Values;

TEST_CASE("a marker is replaced and everything around it stays byte for byte") {
    const auto text = fill("t", "a = {{NAME}}\n\n  b = ${x} %{user} \\ \"<&>\"  \n\t# end", {.texts = {{"NAME", "v"}}});
    REQUIRE(text);
    CHECK(*text == "a = v\n\n  b = ${x} %{user} \\ \"<&>\"  \n\t# end");
}

TEST_CASE("values are not escaped and their own markers are not expanded") {
    const auto text = fill("t", "{{A}}|{{B}}", {.texts = {{"A", "<b>&\"'{{B}}$"}, {"B", "x"}}});
    REQUIRE(text);
    CHECK(*text == "<b>&\"'{{B}}$|x");
}

TEST_CASE("a marker without a value is an error that names template and marker") {
    const auto text = fill("main.cf", "a = {{NAME}}\n", {});
    REQUIRE_FALSE(text);
    CHECK(text.error().text == "cannot render main.cf: marker NAME has no value");
}

TEST_CASE("a value without a marker is an error that names it") {
    const auto text = fill("t", "a\n", {.texts = {{"SPARE", "v"}}});
    REQUIRE_FALSE(text);
    CHECK(text.error().text == "cannot render t: value SPARE has no marker");
    const auto part = fill("t", "a\n", {.parts = {{"SPARE", {}}}});
    REQUIRE_FALSE(part);
    CHECK(part.error().text == "cannot render t: value SPARE has no marker");
}

TEST_CASE("a value with a control character is refused") {
    for (const char* bad : {"a\nb", "a\rb", "\t", "\x1b[0m", "\x7f"}) {
        const auto text = fill("t", "{{A}}", {.texts = {{"A", bad}}});
        REQUIRE_FALSE(text);
        CHECK(text.error().text.contains("the value of A has a control character"));
    }
    CHECK_FALSE(fill("t", "{{A}}", {.texts = {{"A", std::string("a\0b", 3)}}}));
}

TEST_CASE("a part stands once for each element and sees the values around it") {
    const Values values{.texts = {{"PORT", "53"}},
                        .parts = {{"SERVER", {Values{.texts = {{"IP", "a"}}}, Values{.texts = {{"IP", "b"}}}}}}};
    const auto text = fill("t", "x\n{{#SERVER}}server {{IP}} {{PORT}}\n{{/SERVER}}y\n", values);
    REQUIRE(text);
    CHECK(*text == "x\nserver a 53\nserver b 53\ny\n");
}

TEST_CASE("a part without elements is left out, with its line") {
    const auto text = fill("t", "x\n{{#OFF}}never {{ANY}}\n{{/OFF}}y\n", {.parts = {{"OFF", render::when(false)}}});
    REQUIRE(text);
    CHECK(*text == "x\ny\n");
    CHECK(fill("t", "{{#ON}}z{{/ON}}", {.parts = {{"ON", render::when(true)}}}) == "z");
}

TEST_CASE("missing and spare values inside a part are found") {
    CHECK_FALSE(fill("t", "{{#P}}{{A}}{{/P}}", {.parts = {{"P", {Values{}}}}}));
    CHECK_FALSE(fill("t", "{{#P}}a{{/P}}", {.parts = {{"P", {Values{.texts = {{"A", "v"}}}}}}}));
    CHECK_FALSE(fill("t", "{{#P}}a{{/P}}", {}));
}

TEST_CASE("broken markers are errors") {
    for (const char* bad : {"{{A", "{{#A}}", "{{/A}}", "{{#A}}{{#B}}{{/A}}{{/B}}", "{{}}", "{{a}}", "{{A:h}}", "{{>A}}",
                            "{{!c}}", "{{=| |=}}", "{{%AUTOESCAPE}}", "{{A B}}"}) {
        CAPTURE(bad);
        const auto some = std::vector<Values>(1);
        CHECK_FALSE(fill("t", bad, {.texts = {{"A", "v"}}, .parts = {{"A", some}, {"B", some}}}));
    }
}

TEST_CASE("in a page every value is escaped as its place needs it") {
    const Values values{.texts = {{"A", "<b>&\"'{{A}}"}, {"LINK", "javascript:alert(1)"}}};
    const auto text = render::fill_html("p", R"(<p title="{{A}}">{{A}}</p><a href="{{LINK}}">x</a>)", values);
    REQUIRE(text);
    CHECK(*text == R"(<p title="&lt;b&gt;&amp;&quot;&#39;{{A}}">&lt;b&gt;&amp;&quot;&#39;{{A}}</p><a href="#">x</a>)");
}
