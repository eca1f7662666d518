#include "web/account.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/unit/web/fixture.h"

namespace {

/// A browser at the account page: keeps cookies, fills forms in.
struct Browser {
    web::AccountSite& site;
    std::string client = "192.0.2.1";
    std::map<std::string, std::string> cookies;
    std::string page;
    int status = 0;
    std::string location;
    std::map<std::string, std::string> headers;

    void send(net::HttpRequest request) {
        std::string all;
        for (const auto& [name, value] : cookies) all += name + "=" + value + "; ";
        if (!all.empty()) request.headers.emplace_back("cookie", all);
        request.client = client;
        const auto answer = site.answer(request);
        page = answer.body;
        status = answer.status;
        location.clear();
        headers.clear();
        for (const auto& [name, value] : answer.headers) {
            headers[name] = value;
            if (name == "Location") location = value;
            if (name != "Set-Cookie") continue;
            CHECK(value.contains("; Path=/; Secure; HttpOnly; SameSite=Strict"));
            const auto equals = value.find('=');
            const auto cookie = value.substr(0, equals);
            if (value.contains("Max-Age=0"))
                cookies.erase(cookie);
            else
                cookies[cookie] = value.substr(equals + 1, value.find(';') - equals - 1);
        }
    }
    void get(const std::string& target = "/account/") {
        send({.method = "GET", .target = target, .host = "mail.example.org"});
    }
    void post_body(const std::string& target, std::string body, std::string site_header = "same-origin") {
        send({.method = "POST",
              .target = target,
              .host = "mail.example.org",
              .body = std::move(body),
              .headers = {{"content-type", "application/x-www-form-urlencoded"},
                          {"sec-fetch-site", std::move(site_header)}}});
    }
    /// With the token of the page last seen; follows to the next page.
    void post(const std::string& target, const std::string& fields) {
        post_body(target, "csrf=" + csrf() + "&" + fields);
        if (status == 303) get(std::string(location));
    }
    std::string csrf() const {
        constexpr std::string_view mark = "name=\"csrf\" value=\"";
        const auto at = page.find(mark);
        return at == std::string::npos ? "" : page.substr(at + mark.size(), 64);
    }
    bool log_in(const std::string& address = "alice@example.org", const std::string& password = "first-password") {
        get();
        post("/account/login", "address=" + address + "&password=" + password);
        return is_inside();
    }
    bool is_inside() const { return page.contains("Log out"); }
    bool says(std::string_view text) const { return page.contains(text); }
};

struct Fixture {
    tests::StillClock clock;
    tests::FakeDirectory directory;
    web::AccountSite site{{.origins = {"https://mail.example.org"}, .protocols = {"imap", "smtp"}}, directory, clock};
    Browser browser{.site = site};

    Fixture() { directory.add("alice@example.org", "first-password"); }
    Browser another(std::string client) { return {.site = site, .client = std::move(client)}; }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "an owner logs in with the address in any case, and out again") {
    browser.get();
    CHECK(browser.status == 200);
    CHECK(browser.says("Log in"));
    browser.post("/account/login", "address=+Alice%40Example.ORG&password=first-password");
    CHECK(browser.is_inside());
    CHECK(browser.says("alice@example.org"));
    CHECK(browser.cookies.contains("__Host-session"));
    CHECK_FALSE(browser.cookies.contains("__Host-login"));
    const auto old = browser.cookies;
    browser.post("/account/logout", "");
    CHECK(browser.says("You are logged out."));
    browser.cookies = old;
    browser.get();
    CHECK_FALSE(browser.is_inside());
}

TEST_CASE_FIXTURE(Fixture, "each login has another session; the one before in this browser ends") {
    REQUIRE(browser.log_in());
    const auto first = browser.cookies;
    browser.cookies.erase("__Host-session");
    browser.get();
    browser.cookies["__Host-session"] = first.at("__Host-session");
    browser.post("/account/login", "address=alice@example.org&password=first-password");
    CHECK(browser.is_inside());
    CHECK(browser.cookies.at("__Host-session") != first.at("__Host-session"));
    auto thief = another("198.51.100.1");
    thief.cookies = first;
    thief.get();
    CHECK_FALSE(thief.is_inside());
}

TEST_CASE_FIXTURE(Fixture, "a wrong password, an unknown account and no address at all get the same answer") {
    std::set<std::string> answers;
    for (const char* who : {"alice@example.org", "nobody@example.org", "no address", ""}) {
        browser.get();
        browser.post("/account/login", std::string("address=") + who + "&password=wrong");
        CHECK(browser.status == 403);
        std::string page = browser.page;
        const auto shown = page.find(std::string("value=\"") + who + "\"");
        REQUIRE(shown != std::string::npos);
        answers.insert(page.replace(shown, std::string(who).size() + 8, ""));
    }
    CHECK(answers.size() == 1);
    CHECK(answers.begin()->contains("Address or password is not right."));
}

TEST_CASE_FIXTURE(Fixture, "too many wrong passwords make one network wait, for any account, not another one") {
    for (const char* who : {"alice@example.org", "nobody@example.org"}) {
        for (unsigned i = 0; i < web::LoginLimits::free_tries; ++i) CHECK_FALSE(browser.log_in(who, "wrong"));
        CHECK_FALSE(browser.log_in(who, "first-password"));
        CHECK(browser.status == 429);
        CHECK(browser.headers.at("Retry-After") == "1");
    }
    CHECK(another("198.51.100.1").log_in());
    clock.time += std::chrono::seconds(1);
    CHECK(browser.log_in());
}

TEST_CASE_FIXTURE(Fixture, "a login form counts only in the browser it was given to") {
    browser.get();
    const auto fields = "csrf=" + browser.csrf() + "&address=alice@example.org&password=first-password";
    auto other = another("192.0.2.1");
    other.get();
    other.post_body("/account/login", fields);
    CHECK(other.status == 403);
    CHECK_FALSE(other.cookies.contains("__Host-session"));
    other.cookies.clear();
    other.post_body("/account/login", fields);
    CHECK(other.status == 403);
    for (const char* site_header : {"cross-site", "same-site", "none"}) {
        browser.post_body("/account/login", fields, site_header);
        CHECK(browser.status == 403);
    }
    CHECK_FALSE(browser.cookies.contains("__Host-session"));
}

TEST_CASE_FIXTURE(Fixture, "nothing is done without the session's token, or from elsewhere") {
    REQUIRE(browser.log_in());
    const auto token = browser.csrf();
    auto other = another("192.0.2.9");
    REQUIRE(other.log_in());
    const std::string fields = "current=first-password&fresh=second-password&repeated=second-password";
    const std::string name = "&name=Phone&imap=on";
    for (const auto& [path, rest] : {std::pair<std::string, std::string>{"/account/password", fields},
                                     {"/account/app-passwords", name},
                                     {"/account/app-passwords/revoke", name},
                                     {"/account/logout", ""}}) {
        for (const auto& wrong : {std::string(), std::string("csrf="), "csrf=" + other.csrf(), "csrf=" + token + "x"}) {
            browser.post_body(path, wrong + "&" + rest);
            CHECK(browser.status == 403);
        }
        browser.post_body(path, "csrf=" + token + "&csrf=" + token + "&" + rest);
        CHECK(browser.status == 400);
        browser.post_body(path, "csrf=" + token + "&" + rest, "cross-site");
        CHECK(browser.status == 403);
    }
    browser.get();
    CHECK(browser.is_inside());
    CHECK(directory.accounts.at("alice@example.org").view.app_passwords.empty());
    CHECK(directory.accounts.at("alice@example.org").password == "first-password");
}

TEST_CASE_FIXTURE(Fixture, "a password is changed with the one before, and all sessions end") {
    REQUIRE(browser.log_in());
    auto other = another("192.0.2.9");
    REQUIRE(other.log_in());
    browser.post("/account/password", "current=wrong&fresh=second-password&repeated=second-password");
    CHECK(browser.says("The password you have now is not right."));
    browser.post("/account/password", "current=first-password&fresh=short&repeated=short");
    CHECK(browser.says("too short"));
    CHECK(browser.status == 422);
    browser.post("/account/password", "current=first-password&fresh=second-password&repeated=second-password");
    CHECK(browser.says("Your password is changed."));
    CHECK_FALSE(browser.is_inside());
    other.get();
    CHECK_FALSE(other.is_inside());
    CHECK_FALSE(browser.log_in());
    CHECK(browser.log_in("alice@example.org", "second-password"));
}

TEST_CASE_FIXTURE(Fixture, "a stolen session cannot try passwords without end") {
    REQUIRE(browser.log_in());
    for (unsigned i = 0; i < web::LoginLimits::free_tries; ++i)
        browser.post("/account/password", "current=wrong&fresh=second-password&repeated=second-password");
    browser.post("/account/password", "current=first-password&fresh=second-password&repeated=second-password");
    CHECK(browser.status == 429);
    CHECK(browser.says("Too many attempts."));
}

TEST_CASE_FIXTURE(Fixture, "a session ends when the account is disabled, removed or gets another password") {
    REQUIRE(browser.log_in());
    ++directory.accounts.at("alice@example.org").version;
    browser.post("/account/app-passwords", "name=Phone&imap=on");
    CHECK(browser.says("Your session has ended."));
    CHECK(directory.accounts.at("alice@example.org").view.app_passwords.empty());
    REQUIRE(browser.log_in());
    directory.accounts.clear();
    browser.get();
    CHECK_FALSE(browser.is_inside());
    CHECK_FALSE(browser.log_in());
}

TEST_CASE_FIXTURE(Fixture, "an app password is shown once and revoked by its name") {
    REQUIRE(browser.log_in());
    browser.post("/account/app-passwords", "name=+Phone+&imap=on&pop3=on");
    CHECK(browser.says("<code>secret-1</code>"));
    const auto& made = directory.accounts.at("alice@example.org").view.app_passwords;
    REQUIRE(made.size() == 1);
    CHECK(made[0].name == "Phone");
    CHECK(made[0].protocols == std::vector<std::string>{"imap"});  // POP3 is not offered
    browser.get();
    CHECK_FALSE(browser.says("secret-1"));
    browser.post("/account/app-passwords", "name=Phone&imap=on");
    CHECK(browser.says("already"));
    browser.post("/account/app-passwords", "name=Tablet");
    CHECK(browser.says("Choose what"));
    CHECK(browser.says("value=\"Tablet\""));
    for (const char* again : {"revoked", "gone already"}) {
        INFO(again);
        browser.post("/account/app-passwords/revoke", "name=Phone");
        CHECK(browser.says("The app password “Phone” is revoked."));
    }
    CHECK(made.empty());
}

TEST_CASE_FIXTURE(Fixture, "app passwords have a limit") {
    REQUIRE(browser.log_in());
    for (std::size_t i = 0; i < web::AccountSite::most_app_passwords; ++i)
        browser.post("/account/app-passwords", std::format("name=n{}&imap=on", i));
    browser.post("/account/app-passwords", "name=more&imap=on");
    CHECK(browser.says("There are 30 app passwords already"));
}

TEST_CASE_FIXTURE(Fixture, "names are text, never markup") {
    auto& view = directory.accounts.at("alice@example.org").view;
    view.aliases = {"\"><img src=x>@example.org"};
    REQUIRE(browser.log_in());
    browser.post("/account/app-passwords", "name=%3Cscript%3E%27%22%26&imap=on");
    CHECK(browser.says("&lt;script&gt;&#39;&quot;&amp;"));
    CHECK_FALSE(browser.says("<script"));
    CHECK_FALSE(browser.says("<img"));
    browser.post("/account/logout", "");
    browser.post("/account/login", "address=%22%3E%3Cscript%3E&password=x");
    CHECK_FALSE(browser.says("<script"));
}

TEST_CASE_FIXTURE(Fixture, "storage and addresses are shown") {
    auto& view = directory.accounts.at("alice@example.org").view;
    view.used = 512;
    REQUIRE(browser.log_in());
    CHECK(browser.says("512 B used, without a limit"));
    view = {.used = 1'610'612'736,
            .quota = 2'147'483'648,
            .app_passwords = {{.name = "Phone",
                               .protocols = {"smtp", "imap"},
                               .created = clock.time,
                               .last_used = base::SystemTime(std::chrono::seconds(1'799'990'000))}},
            .aliases = {"info@example.org"},
            .senders = {"@example.net"}};
    browser.get();
    CHECK(browser.says("value=\"75\""));
    CHECK(browser.says("1.5 GiB of 2.0 GiB used"));
    CHECK(browser.says("reading, sending"));
    CHECK(browser.says("made 15 January 2027, last used 15 January 2027"));
    CHECK(browser.says("<li>info@example.org</li>"));
    CHECK(browser.says("<li>every address at example.net</li>"));
    view.takes_mail = false;
    view.senders.clear();
    browser.get();
    CHECK(browser.says("This account takes no mail."));
    CHECK(browser.says("This account does not send."));
    CHECK_FALSE(browser.says("info@example.org"));
}

TEST_CASE_FIXTURE(Fixture, "answers are private, without scripts, for our frame only") {
    for (const char* target : {"/account/", "/account", "/account/login", "/account/none", "/account/?done=<script>"}) {
        browser.get(target);
        CHECK(browser.headers.at("Cache-Control") == "no-store");
        CHECK_FALSE(browser.says("<script"));
    }
    CHECK(browser.headers.at("Content-Security-Policy") ==
          "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
    CHECK(browser.headers.at("X-Frame-Options") == "DENY");
    CHECK(browser.headers.at("X-Content-Type-Options") == "nosniff");
    CHECK(browser.headers.at("Referrer-Policy") == "same-origin");
    CHECK_FALSE(browser.headers.contains("Strict-Transport-Security"));
    browser.get("/account/none");
    CHECK(browser.status == 404);
    browser.send({.method = "PUT", .target = "/account/"});
    CHECK(browser.status == 405);
}

TEST_CASE_FIXTURE(Fixture, "hostile forms are refused without a word to the accounts") {
    browser.get();
    for (const char* body :
         {"address=a%00b&password=x", "address=a&address=b", "address=%ff", "address=a%0d%0aX: y", "%"}) {
        browser.post_body("/account/login", "csrf=" + browser.csrf() + "&" + body);
        CHECK(browser.status == 400);
    }
    browser.get();
    browser.post("/account/login", "address=%27+OR+1%3D1--&password=" + std::string(60'000, 'x'));
    CHECK(browser.status == 403);
}

TEST_CASE_FIXTURE(Fixture, "when the accounts cannot be read, nothing is lost and nothing told") {
    REQUIRE(browser.log_in());
    directory.is_broken = true;
    browser.get();
    CHECK(browser.status == 503);
    CHECK_FALSE(browser.says("fire"));
    directory.is_broken = false;
    browser.get();
    CHECK(browser.is_inside());
}
