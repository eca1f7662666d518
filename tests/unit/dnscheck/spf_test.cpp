#include "dnscheck/spf.h"

#include <doctest/doctest.h>

#include "tests/unit/resolver/fake_resolver.h"

using resolver::FakeResolver;
using resolver::Row;

namespace {

constexpr std::string_view v4 = "192.0.2.10";
constexpr std::string_view v6 = "2001:db8::10";

/// The names the records of the cases speak of.
FakeResolver zone() {
    return FakeResolver{{
        {"example.com", "A", "192.0.2.10"},
        {"example.com", "AAAA", "2001:db8::10"},
        {"example.com", "MX", "10 mx1.example.com"},
        {"example.com", "MX", "5 mx2.example.com"},
        {"mx1.example.com", "A", "192.0.2.10"},
        {"mx1.example.com", "AAAA", "2001:db8::10"},
        {"mx2.example.com", "A", "192.0.2.20"},
        {"alias.example.com", "CNAME", "mx1.example.com"},
        {"null.example.com", "MX", "0 ."},
        {"near.example.com", "A", "192.0.2.200"},
        {"near.example.com", "AAAA", "2001:db8::ffff"},
        {"deadmx.example.com", "MX", "10 deadhost.example.com"},
        {"deadhost.example.com", "A", "!timed_out"},
        {"late.example.com", "MX", "1 mx1.example.com"},
        {"late.example.com", "MX", "2 deadhost.example.com"},
        {"dead.example.com", "TXT", "!failed"},
        {"dead.example.com", "A", "!failed"},
        {"dead.example.com", "MX", "!bogus"},
        {"empty.example.com", "TXT", "nothing of the kind"},
        {"text.example.com", "TXT", "x"},
        {"pass.example.com", "TXT", "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"},
        {"fail.example.com", "TXT", "v=spf1 -all"},
        {"softfail.example.com", "TXT", "v=spf1 ~all"},
        {"neutral.example.com", "TXT", "v=spf1 ?all"},
        {"broken.example.com", "TXT", "v=spf1 foo"},
        {"two.example.com", "TXT", "v=spf1 +all"},
        {"two.example.com", "TXT", "V=spf1 +all"},
        {"loop.example.com", "TXT", "v=spf1 include:loop.example.com"},
        {"chain.example.com", "TXT", "v=spf1 redirect=chain.example.com"},
        {"10.2.0.192.in-addr.arpa", "PTR", "mx1.example.com"},
        {"0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "PTR", "mx1.example.com"},
        {"192.0.2.10.ex.example.com", "A", "127.0.0.2"},
        {"10.2.0.192.in-addr.ex.example.com", "A", "127.0.0.2"},
        {"bounce.ex.example.com", "A", "127.0.0.2"},
        {"mx1.example.com.p.example.com", "A", "127.0.0.2"},
        {"helo.example.net.h.example.com", "A", "127.0.0.2"},
        {"six.example.com", "AAAA", "2001:db8::10"},
    }};
}

struct Case {
    std::string_view record;
    std::string_view expected;
    std::string_view ip = v4;
};

dnscheck::SpfOutcome evaluate(FakeResolver& dns, std::string_view ip, std::string_view domain = "example.com",
                              std::string_view sender = "bounce@example.com") {
    return dnscheck::check_host(base::IpAddress::parse(ip).value(), domain, sender, "helo.example.net", dns);
}

/// Publishes the record of each case at example.com and compares the result.
void run(const std::vector<Case>& cases) {
    for (const auto& [record, expected, ip] : cases) {
        auto dns = zone();
        dns.add({{"example.com", "TXT", std::string(record)}});
        const auto outcome = evaluate(dns, ip);
        CAPTURE(record);
        CAPTURE(outcome.reason);
        CHECK(dnscheck::result_name(outcome.result) == expected);
    }
}

/// `count` names n0.example.com … with these rows each.
void add_many(FakeResolver& dns, int count, const std::vector<Row>& rows) {
    for (int i = 0; i < count; ++i)
        for (auto row : rows) {
            row.name = "n" + std::to_string(i) + row.name;
            dns.add({row});
        }
}

std::string terms(std::string_view before, int count, std::string_view after) {
    std::string text = "v=spf1";
    for (int i = 0; i < count; ++i) text += " " + std::string(before) + "n" + std::to_string(i) + std::string(after);
    return text;
}

}  // namespace

TEST_CASE("qualifiers decide the result of the term that matches") {
    run({{"v=spf1 +all", "pass"},
         {"v=spf1 all", "pass"},
         {"v=spf1 -all", "fail"},
         {"v=spf1 ~all", "softfail"},
         {"v=spf1 ?all", "neutral"},
         {"v=spf1", "neutral"},
         {"v=spf1 ~a -all", "softfail"},
         {"v=spf1 -ip4:192.0.2.10 +all", "fail"},
         {"V=SPF1 MX -ALL", "pass"},
         {"v=spf1    ip4:192.0.2.10    -all   ", "pass"}});
}

TEST_CASE("ip4 and ip6 compare networks of their own family") {
    run({{"v=spf1 ip4:192.0.2.10 -all", "pass"},
         {"v=spf1 ip4:192.0.2.11 -all", "fail"},
         {"v=spf1 ip4:192.0.2.0/28 -all", "pass"},
         {"v=spf1 ip4:192.0.2.0/29 -all", "fail"},
         {"v=spf1 ip4:0.0.0.0/0 -all", "pass"},
         {"v=spf1 ip4:0.0.0.0/0 -all", "fail", v6},
         {"v=spf1 ip6:2001:db8::10 -all", "pass", v6},
         {"v=spf1 ip6:2001:db8::/64 -all", "pass", v6},
         {"v=spf1 ip6:2001:db8:1::/48 -all", "fail", v6},
         {"v=spf1 ip6:::/0 -all", "fail"},
         {"v=spf1 ip6:::ffff:192.0.2.10 -all", "fail"},
         {"v=spf1 ip4:192.0.2.10 -all", "pass", "::ffff:192.0.2.10"}});
}

TEST_CASE("a and mx compare the addresses of hosts, with their prefix lengths") {
    run({{"v=spf1 a -all", "pass"},
         {"v=spf1 a -all", "pass", v6},
         {"v=spf1 mx -all", "pass"},
         {"v=spf1 mx -all", "pass", v6},
         {"v=spf1 a:mx2.example.com -all", "fail"},
         {"v=spf1 a:alias.example.com -all", "pass"},
         {"v=spf1 a:near.example.com/24 -all", "pass"},
         {"v=spf1 a:near.example.com/25 -all", "fail"},
         {"v=spf1 a:near.example.com/24 -all", "fail", v6},
         {"v=spf1 a:near.example.com//64 -all", "pass", v6},
         {"v=spf1 a:near.example.com/24//128 -all", "fail", v6},
         {"v=spf1 a:six.example.com -all", "fail"},
         {"v=spf1 mx:null.example.com -all", "fail"},
         {"v=spf1 mx:late.example.com -all", "pass"},
         {"v=spf1 a:nosuch.example.com -all", "fail"},
         {"v=spf1 a:mx1.example.com. -all", "pass"}});
}

TEST_CASE("include takes a pass for a match and an error for an error") {
    run({{"v=spf1 include:pass.example.com -all", "pass"},
         {"v=spf1 ~include:pass.example.com -all", "softfail"},
         {"v=spf1 include:fail.example.com ~all", "softfail"},
         {"v=spf1 include:softfail.example.com -all", "fail"},
         {"v=spf1 include:neutral.example.com -all", "fail"},
         {"v=spf1 include:broken.example.com +all", "permerror"},
         {"v=spf1 include:empty.example.com +all", "permerror"},
         {"v=spf1 include:nosuch.example.com +all", "permerror"},
         {"v=spf1 include:two.example.com -all", "permerror"},
         {"v=spf1 include:dead.example.com +all", "temperror"},
         {"v=spf1 include:loop.example.com -all", "permerror"}});
}

TEST_CASE("redirect replaces the result when nothing matched") {
    run({{"v=spf1 redirect=pass.example.com", "pass"},
         {"v=spf1 redirect=fail.example.com", "fail"},
         {"v=spf1 redirect=pass.example.com ip4:192.0.2.99", "pass"},
         {"v=spf1 redirect=pass.example.com -all", "fail"},
         {"v=spf1 ?a redirect=fail.example.com", "neutral"},
         {"v=spf1 redirect=empty.example.com", "permerror"},
         {"v=spf1 redirect=nosuch.example.com", "permerror"},
         {"v=spf1 redirect=dead.example.com", "temperror"},
         {"v=spf1 redirect=chain.example.com", "permerror"},
         {"v=spf1 redirect=pass.%{d}", "pass"},
         {"v=spf1 exp=nosuch.example.com -all", "fail"}});
}

TEST_CASE("ptr and exists ask the DNS about the client") {
    run({{"v=spf1 ptr -all", "pass"},
         {"v=spf1 ptr -all", "pass", v6},
         {"v=spf1 ptr:mx1.example.com -all", "pass"},
         {"v=spf1 ptr:ample.com -all", "fail"},
         {"v=spf1 ptr:other.example -all", "fail"},
         {"v=spf1 ptr -all", "fail", "192.0.2.77"},
         {"v=spf1 exists:%{i}.ex.example.com -all", "pass"},
         {"v=spf1 exists:%{ir}.%{v}.ex.example.com -all", "pass"},
         {"v=spf1 exists:%{l}.ex.example.com -all", "pass"},
         {"v=spf1 exists:%{p}.p.example.com -all", "pass"},
         {"v=spf1 exists:%{h}.h.example.com -all", "pass"},
         {"v=spf1 exists:six.example.com -all", "fail", v6},
         {"v=spf1 exists:text.example.com -all", "fail"},
         {"v=spf1 exists:mx1.example.com -all", "pass", v6}});
}

TEST_CASE("a DNS failure is a temporary error, for ptr no match") {
    run({{"v=spf1 a:dead.example.com +all", "temperror"},
         {"v=spf1 mx:dead.example.com +all", "temperror"},
         {"v=spf1 mx:deadmx.example.com +all", "temperror"},
         {"v=spf1 exists:deadhost.example.com +all", "temperror"},
         {"v=spf1 ip4:192.0.2.10 a:dead.example.com -all", "pass"}});
    auto dns = zone();
    dns.add({{"example.com", "TXT", "v=spf1 ptr -all"}});
    dns.replace("10.2.0.192.in-addr.arpa", "PTR", {"!failed"});
    CHECK(evaluate(dns, v4).result == dnscheck::SpfResult::fail);
}

TEST_CASE("a syntax error anywhere is a permanent error, even behind a match") {
    run({{"v=spf1 +all foo", "permerror"},
         {"v=spf1 ip4:192.0.2.10 ip4:1.2.3", "permerror"},
         {"v=spf1 a:%{c}.example.com +all", "permerror"},
         {"v=spf1 +all redirect=a.example redirect=b.example", "permerror"},
         {"v=spf1 +all x=\xff", "permerror"},
         {"v=spf1 +all future=thing", "pass"}});
}

TEST_CASE("no record or a domain that is none gives 'none', several records a permanent error") {
    auto dns = zone();
    CHECK(evaluate(dns, v4, "empty.example.com").result == dnscheck::SpfResult::none);
    CHECK(evaluate(dns, v4, "nosuch.example.com").result == dnscheck::SpfResult::none);
    CHECK(evaluate(dns, v4, "mx1.example.com").result == dnscheck::SpfResult::none);
    CHECK(evaluate(dns, v4, "localhost").result == dnscheck::SpfResult::none);
    CHECK(evaluate(dns, v4, "a..example.com").result == dnscheck::SpfResult::none);
    CHECK(evaluate(dns, v4, std::string(64, 'a') + ".example.com").result == dnscheck::SpfResult::none);
    CHECK(evaluate(dns, v4, "").result == dnscheck::SpfResult::none);
    CHECK(evaluate(dns, v4, "PASS.Example.com.").result == dnscheck::SpfResult::pass);
    const auto two = evaluate(dns, v4, "two.example.com");
    CHECK(two.result == dnscheck::SpfResult::permerror);
    CHECK(two.reason == "two.example.com has 2 SPF records, only one is allowed");
    CHECK(evaluate(dns, v4, "dead.example.com").result == dnscheck::SpfResult::temperror);
}

TEST_CASE("a sender without local part is the postmaster") {
    for (const auto* sender : {"@example.com", "example.com", ""}) {
        auto dns = zone();
        dns.add({{"example.com", "TXT", "v=spf1 exists:%{l}.who.example.com -all"},
                 {"postmaster.who.example.com", "A", "127.0.0.2"}});
        CAPTURE(sender);
        CHECK(evaluate(dns, v4, "example.com", sender).result == dnscheck::SpfResult::pass);
    }
}

TEST_CASE("ten look-ups are allowed, eleven are not") {
    for (const auto& [count, expected] : {std::pair{10, "pass"}, std::pair{11, "permerror"}}) {
        auto dns = zone();
        add_many(dns, count, {{".l.example.com", "A", "192.0.2.99"}});
        dns.add({{"example.com", "TXT", terms("a:", count, ".l.example.com") + " +all"}});
        const auto outcome = evaluate(dns, v4);
        CHECK(dnscheck::result_name(outcome.result) == expected);
        CHECK(outcome.lookups == static_cast<unsigned>(count));
    }
}

TEST_CASE("look-ups of included records count, those behind the match do not") {
    auto dns = zone();
    add_many(dns, 9, {{".l.example.com", "A", "192.0.2.99"}});
    dns.add({{"nine.example.com", "TXT", terms("a:", 9, ".l.example.com")},
             {"example.com", "TXT", "v=spf1 include:nine.example.com a -all"},
             {"short.example.com", "TXT", "v=spf1 ip4:192.0.2.10 include:nine.example.com a -all"}});
    const auto over = evaluate(dns, v4);
    CHECK(over.result == dnscheck::SpfResult::permerror);
    CHECK(over.reason == "it needs more than 10 DNS look-ups");
    CHECK(evaluate(dns, v4, "short.example.com").result == dnscheck::SpfResult::pass);
    CHECK(evaluate(dns, v4, "short.example.com").lookups == 0);
}

TEST_CASE("two void look-ups are allowed, three are not") {
    run({{"v=spf1 a:v1.example.com exists:v2.example.com +all", "pass"},
         {"v=spf1 a:v1.example.com exists:v2.example.com mx:v3.example.com +all", "permerror"},
         {"v=spf1 a:v1.example.com a:text.example.com a:v2.example.com +all", "permerror"},
         {"v=spf1 a:v1.example.com mx:v2.example.com ptr +all", "permerror", "192.0.2.77"}});
}

TEST_CASE("more than ten MX hosts are an error, more than ten reverse names are ignored") {
    auto dns = zone();
    for (int i = 0; i < 11; ++i) dns.add({{"many.example.com", "MX", "10 n" + std::to_string(i) + ".m.example.com"}});
    add_many(dns, 11, {{".m.example.com", "A", "192.0.2.10"}});
    dns.add({{"example.com", "TXT", "v=spf1 mx:many.example.com +all"},
             {"p.example.com", "TXT", "v=spf1 ptr:n10.m.example.com -all"},
             {"q.example.com", "TXT", "v=spf1 ptr:n9.m.example.com -all"}});
    CHECK(evaluate(dns, v4).result == dnscheck::SpfResult::permerror);
    std::vector<std::string> names;
    for (int i = 0; i < 11; ++i) names.push_back("n" + std::to_string(i) + ".m.example.com");
    dns.replace("10.2.0.192.in-addr.arpa", "PTR", names);
    CHECK(evaluate(dns, v4, "p.example.com").result == dnscheck::SpfResult::fail);
    CHECK(evaluate(dns, v4, "q.example.com").result == dnscheck::SpfResult::pass);
}

TEST_CASE("an expanded name that is too long loses labels from the left") {
    auto dns = zone();
    std::string local;
    for (int i = 0; i < 10; ++i) local += std::string(30, 'x') + ".";
    local += "end";
    dns.add({{"example.com", "TXT", "v=spf1 exists:%{l}.t.example.com -all"}});
    evaluate(dns, v4, "example.com", local + "@example.com");
    const auto& last = dns.asked.back().name;
    CHECK(last.size() <= 253);
    CHECK(last.size() > 200);
    CHECK(last.ends_with("x.end.t.example.com"));
}

TEST_CASE("a macro that gives a malformed name does not match") {
    auto dns = zone();
    dns.add({{"example.com", "TXT", "v=spf1 exists:%{l}.ex.example.com -all"}});
    CHECK(evaluate(dns, v4, "example.com", "a..b@example.com").result == dnscheck::SpfResult::fail);
    CHECK(evaluate(dns, v4, "example.com", std::string(64, 'a') + "@example.com").result == dnscheck::SpfResult::fail);
}

TEST_CASE("the reason names the term that decided") {
    auto dns = zone();
    CHECK(evaluate(dns, v4, "softfail.example.com").reason == "'~all' matched");
    CHECK(evaluate(dns, v4, "empty.example.com").reason == "empty.example.com has no SPF record");
    CHECK(evaluate(dns, v4, "broken.example.com").reason == "'foo': there is no such mechanism");
    CHECK(evaluate(dns, v4, "dead.example.com").reason ==
          "cannot look up 'dead.example.com': the DNS answered SERVFAIL");
}
