#include "xml/xml.h"

#include <doctest/doctest.h>

#include <format>

TEST_CASE("elements, attributes and text are as they stand there") {
    const auto root = xml::parse(
        "<?xml version='1.0'?><!-- x --><a:b xmlns:a='u' n='1 &lt; 2'>one<c/>&#x41;<c k=''>in</c>"
        "<![CDATA[<d>]]></a:b>");
    REQUIRE(root);
    CHECK(root->name == "a:b");
    CHECK(root->attribute("n") == "1 < 2");
    CHECK(root->attribute("none").empty());
    CHECK(root->text == "oneA<d>");
    REQUIRE(root->children.size() == 2);
    CHECK(root->children[1].text == "in");
    CHECK(root->child("c") == &root->children[0]);
    CHECK(root->child("d") == nullptr);
}

TEST_CASE("what is no XML, or dangerous, is refused") {
    const std::string deep = [] {
        std::string text;
        for (int i = 0; i < 100'000; ++i) text += "<a>";
        return text;
    }();
    std::string closed = deep;
    for (int i = 0; i < 100'000; ++i) closed += "</a>";
    std::string wide = "<a>";
    for (std::size_t i = 0; i < xml::most_elements; ++i) wide += "<b/>";
    for (const std::string& text :
         {std::string(), std::string("x"), std::string("<a>"), std::string("<a></b>"), std::string("<a/><b/>"),
          std::string("<a b=1/>"), std::string("<a>\xff</a>"), std::string("<a\0/>", 5), std::string("<a>&x;</a>"),
          std::string("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"),
          std::string("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), deep, closed, wide + "</a>"}) {
        CAPTURE(text.substr(0, 40));
        CHECK_FALSE(xml::parse(text));
    }
}
