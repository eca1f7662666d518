#include "web/account_pages.h"

#include <algorithm>
#include <chrono>
#include <format>

#include "base/text.h"
#include "web/assets.h"

namespace web {
namespace {

using render::Values;

struct Protocol {
    std::string_view id, label, word;
};

constexpr Protocol protocols[] = {
    {"imap", "Reading mail (IMAP)", "reading"},
    {"pop3", "Fetching mail (POP3)", "fetching"},
    {"smtp", "Sending mail (SMTP)", "sending"},
    {"sieve", "Sorting rules (ManageSieve)", "sorting rules"},
};

Values text(std::string name, std::string_view value) {
    return {.texts = {{std::move(name), base::printable(value)}}, .parts = {}};
}

/// The part with this text, or none when it is empty.
std::vector<Values> optional_text(std::string_view value) {
    if (value.empty()) return {};
    return {text("TEXT", value)};
}

/// "7 November 2026", UTC
std::string day(base::SystemTime time) {
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
    return std::format("{} {:%B %Y}", static_cast<unsigned>(date.day()), date);
}

/// "reading, sending"
std::string words_of(const std::vector<std::string>& ids) {
    std::vector<std::string> words;
    for (const auto& protocol : protocols)
        if (std::ranges::contains(ids, protocol.id)) words.emplace_back(protocol.word);
    return base::join(words, ", ");
}

Values app_password(const AppPassword& one) {
    auto used = std::vector<Values>();
    if (one.last_used) used.push_back(text("LAST_USED", day(*one.last_used)));
    return {.texts = {{"NAME", base::printable(one.name)},
                      {"PROTOCOLS", words_of(one.protocols)},
                      {"CREATED", day(one.created)}},
            .parts = {{"USED", std::move(used)}}};
}

std::vector<Values> notice_of(const std::optional<Notice>& notice) {
    if (!notice) return {};
    auto values = text("TEXT", notice->text);
    auto& secret = values.parts["SECRET"];
    if (!notice->secret.empty()) secret.push_back(text("SECRET", notice->secret.reveal()));
    return {std::move(values)};
}

std::vector<Values> names_of(const std::vector<std::string>& names) {
    std::vector<Values> all;
    for (const auto& name : names) all.push_back(text("NAME", name));
    return all;
}

std::vector<Values> senders_of(const std::vector<std::string>& senders) {
    std::vector<Values> all;
    for (const auto& sender : senders)
        all.push_back(text("NAME", sender.starts_with('@') ? "every address at " + sender.substr(1) : sender));
    return all;
}

void add_storage(Values& values, const AccountView& view) {
    const auto used = base::human_size(view.used);
    if (view.quota == 0) {
        values.parts["UNLIMITED"] = {text("USED", used)};
        values.parts["LIMITED"] = {};
        return;
    }
    const auto percent = std::min(100.0, 100.0 * static_cast<double>(view.used) / static_cast<double>(view.quota));
    values.parts["UNLIMITED"] = {};
    values.parts["LIMITED"] = {{.texts = {{"USED", used},
                                          {"QUOTA", base::human_size(view.quota)},
                                          {"PERCENT", std::format("{:.0f}", percent)}},
                                .parts = {}}};
}

void add_app_passwords(Values& values, const AccountPage& page) {
    Values list;
    for (const auto& one : page.view.app_passwords) list.parts["APP"].push_back(app_password(one));
    values.parts["NO_APPS"] = render::when(page.view.app_passwords.empty());
    values.parts["APPS"] = {};
    if (!page.view.app_passwords.empty()) values.parts["APPS"].push_back(std::move(list));
    values.texts["NEW_NAME"] = base::printable(page.new_name);
    values.parts["PROTOCOL"] = {};
    for (const auto& protocol : protocols)
        if (std::ranges::contains(page.protocols, protocol.id))
            values.parts["PROTOCOL"].push_back(
                {.texts = {{"ID", std::string(protocol.id)}, {"LABEL", std::string(protocol.label)}},
                 .parts = {{"CHOSEN", render::when(std::ranges::contains(page.chosen, protocol.id))}}});
}

}  // namespace

net::HttpResponse show(const PageKind& kind, const LoginPage& page) {
    return web::page(kind, assets::login, page.fault.empty() ? "Log in" : "Not logged in",
                     {.texts = {{"CSRF", page.csrf}, {"ADDRESS", base::printable(page.address)}},
                      .parts = {{"NOTICE", optional_text(page.notice)},
                                {"FAULT", optional_text(page.fault)},
                                {"REFUSED", render::when(!page.fault.empty())}}});
}

net::HttpResponse show(const PageKind& kind, const AccountPage& page) {
    Values values{.texts = {{"CSRF", page.csrf}, {"ADDRESS", page.address.str()}},
                  .parts = {{"NOTICE", notice_of(page.notice)},
                            {"FAULT", optional_text(page.fault)},
                            {"SENDER", senders_of(page.view.senders)},
                            {"TAKES_MAIL", {}},
                            {"ELSEWHERE", render::when(!page.view.has_own_password)},
                            {"TAKES_NONE", render::when(!page.view.takes_mail)},
                            {"NO_SENDER", render::when(page.view.senders.empty())},
                            {"HERE", {}}}};
    if (page.view.takes_mail)
        values.parts["TAKES_MAIL"] = {{.texts = {}, .parts = {{"ALIAS", names_of(page.view.aliases)}}}};
    add_storage(values, page.view);
    if (page.view.has_own_password) {
        Values here;
        add_app_passwords(here, page);
        values.parts["HERE"].push_back(std::move(here));
    }
    return web::page(kind, assets::account, (page.fault.empty() ? "" : "Not done: ") + page.address.str(),
                     std::move(values));
}

net::HttpResponse message_page(const PageKind& kind, std::string heading, std::string text) {
    std::string title = heading;
    return web::page(kind, assets::message, std::move(title),
                     {.texts = {{"HEADING", std::move(heading)}, {"TEXT", std::move(text)}}, .parts = {}});
}

}  // namespace web
