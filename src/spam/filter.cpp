#include "spam/filter.h"

#include <format>

#include "base/text.h"
#include "json/json.h"

namespace spam {
namespace {

/// The host of the URLs; only messages show it.
constexpr std::string_view host = "http://spam-filter";

/// A session of a user waits for the answer, which usually takes some milliseconds.
constexpr std::chrono::seconds patience{8};

std::string complaint(const net::HttpReply& reply) {
    const auto value = json::parse(reply.body);
    const auto& text = value ? (*value)["error"].text() : reply.body;
    return base::printable(text, 200);
}

}  // namespace

std::optional<Kind> kind_called(std::string_view text) {
    if (text == "spam") return Kind::spam;
    if (text == "ham") return Kind::ham;
    return std::nullopt;
}

std::string_view name(Kind kind) {
    return kind == Kind::spam ? "spam" : "ham";
}

base::Result<net::HttpReply> Filter::call(net::HttpCall call) const {
    call.unix_socket = socket_;
    call.timeout = patience;
    auto reply = client_.send(call);
    if (reply) return std::move(*reply);
    auto error = std::move(reply.error().error);
    error.remedy = "`./mailserver.sh status` shows whether the server and its service rspamd are ready.";
    if (reply.error().failure == net::HttpFailure::refused) error.kind = base::ErrorKind::not_running;
    return std::unexpected(std::move(error));
}

base::Result<Lesson> Filter::learn(Kind kind, std::string_view mail) const {
    if (mail.size() > largest_mail) return Lesson::unusable;
    // "bulk": what a person says counts also when the filter was sure of it before.
    const auto reply = call({.method = "POST",
                             .url = std::format("{}/learn{}", host, name(kind)),
                             .headers = {{"Learn-Type", "bulk"}, {"Content-Type", "message/rfc822"}},
                             .body = std::string(mail),
                             .address = {},
                             .unix_socket = {},
                             .stop = {}});
    if (!reply) return base::context(std::format("cannot learn a mail as {}", name(kind)), reply.error());
    if (reply->status == 200) return Lesson::learned;
    if (reply->status == 208) return Lesson::known;
    if (reply->status < 500) return Lesson::unusable;
    return base::fail_transient(std::format("cannot learn a mail as {}: the filter answers {} ({})", name(kind),
                                            reply->status, complaint(*reply)));
}

base::Result<Learned> Filter::learned() const {
    const auto reply = call(
        {.url = std::format("{}/stat", host), .headers = {}, .body = {}, .address = {}, .unix_socket = {}, .stop = {}});
    if (!reply) return base::context("cannot ask the filter what it has learned", reply.error());
    const auto value = json::parse(reply->body);
    if (reply->status != 200 || !value || !(*value)["statfiles"].is_array())
        return base::fail(std::format("cannot ask the filter what it has learned: it answers {}", reply->status));
    Learned learned;
    for (const auto& statfile : (*value)["statfiles"].items()) {
        const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(statfile["revision"].number(), 0));
        if (statfile["symbol"].text() == "BAYES_SPAM") learned.spam = count;
        if (statfile["symbol"].text() == "BAYES_HAM") learned.ham = count;
    }
    return learned;
}

}  // namespace spam
