#include "dnscheck/changes.h"

#include <doctest/doctest.h>

using dnscheck::Finding;
using dnscheck::Memory;
using dnscheck::Report;
using dnscheck::Severity;

namespace {

Report report(std::vector<Finding> findings) {
    Report all;
    all.domains = std::move(findings);
    return all;
}

const Finding missing{"domain.mx", "a.example", Severity::error, "no MX"};
const Finding advice{"domain.srv", "a.example", Severity::warning, "no SRV"};
const Finding good{"domain.mx", "a.example", Severity::ok, "MX there"};
const Finding unclear{"domain.mx", "a.example", Severity::unknown, "no answer"};

}  // namespace

TEST_CASE("only what changed is told") {
    const auto first = remember(report({missing, advice}), {});
    CHECK(changes({}, first).broken == std::vector<std::string>{"no MX", "no SRV"});
    CHECK(changes(first, remember(report({missing, advice}), first)) == dnscheck::Changes{});
    const auto mended = remember(report({good, advice}), first);
    CHECK(changes(first, mended) == dnscheck::Changes{.broken = {}, .mended = {"no MX"}});
}

TEST_CASE("what cannot be looked up is neither broken nor mended") {
    const auto well = remember(report({good}), {});
    CHECK(changes(well, remember(report({unclear}), well)) == dnscheck::Changes{});
    const auto broken = remember(report({missing}), {});
    CHECK(changes(broken, remember(report({unclear}), broken)) == dnscheck::Changes{});
}

TEST_CASE("what is ignored is not told") {
    auto ignored = missing;
    ignored.ignored = true;
    CHECK(remember(report({ignored}), {}).open.empty());
}

TEST_CASE("the memory survives being written; damaged ones are refused") {
    const auto memory = remember(report({missing, advice}), {});
    CHECK(dnscheck::parse_memory(to_text(memory)) == memory);
    for (const auto* text : {"", "[]", "{}", "{\"open\""}) CHECK(!dnscheck::parse_memory(text));
}
