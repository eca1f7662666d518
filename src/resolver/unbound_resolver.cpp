#include "resolver/unbound_resolver.h"

#include <poll.h>
#include <unbound.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <format>
#include <optional>

#include "base/text.h"
#include "resolver/wire.h"

namespace resolver {
namespace {

using Time = std::chrono::steady_clock;

struct ContextDeleter {
    void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
using Context = std::unique_ptr<ub_ctx, ContextDeleter>;

struct ResultDeleter {
    void operator()(ub_result* result) const { ub_resolve_free(result); }
};

/// A question under way. Its address is libunbound's cookie until the callback ran or the query was cancelled.
struct Pending {
    Question question;
    std::optional<int> id = {};
    std::optional<Answer> answer = {};
};

Answer without_answer(Status status, std::string reason) {
    return {.status = status, .reason = std::move(reason)};
}

std::string_view rcode_name(int rcode) {
    // RFC 1035 §4.1.1
    constexpr std::string_view names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
    const auto index = static_cast<std::size_t>(rcode);
    return rcode >= 0 && index < std::size(names) ? names[index] : "an error";
}

std::string text_name(const char* name, const std::string& otherwise) {
    std::string text = base::lower(name ? name : "");
    if (text.ends_with('.')) text.pop_back();
    return text.empty() ? otherwise : text;
}

void add_records(Answer& answer, Type type, const ub_result& result) {
    for (std::size_t i = 0; result.data[i] != nullptr; ++i) {
        if (i == max_records) {
            answer = without_answer(Status::failed, std::format("the answer has more than {} records", max_records));
            return;
        }
        const auto* octets = reinterpret_cast<const std::uint8_t*>(result.data[i]);
        const auto added = add_record(answer, type, {octets, static_cast<std::size_t>(result.len[i])});
        if (!added) {
            answer = without_answer(Status::failed, added.error().text);
            return;
        }
    }
}

/// libunbound's "validation failure <name type class>: cause" without what the caller knows already.
std::string why_bogus(const char* text) {
    std::string_view cause = text ? text : "";
    if (const auto end = cause.find(">: "); end != std::string_view::npos) cause.remove_prefix(end + 3);
    return cause.empty() ? "no reason given" : base::printable(cause);
}

Answer to_answer(const Question& question, const ub_result& result) {
    if (result.bogus) return without_answer(Status::bogus, why_bogus(result.why_bogus));
    // NXDOMAIN comes with its own flag; any other code means that nobody could tell.
    if (result.rcode != 0 && !result.nxdomain)
        return without_answer(Status::failed, std::format("the DNS answered {}", rcode_name(result.rcode)));
    Answer answer{.status = result.nxdomain ? Status::no_such_name : Status::no_data, .secure = result.secure != 0};
    answer.canonical_name = text_name(result.canonname, question.name);
    if (result.havedata) {
        answer.status = Status::found;
        answer.ttl = static_cast<std::uint32_t>(std::max(result.ttl, 0));
        add_records(answer, question.type, result);
    }
    return answer;
}

extern "C" void on_result(void* cookie, int error, ub_result* raw) {
    const std::unique_ptr<ub_result, ResultDeleter> result(raw);
    auto& pending = *static_cast<Pending*>(cookie);
    pending.answer = error != 0 || !result ? without_answer(Status::failed, ub_strerror(error))
                                           : to_answer(pending.question, *result);
}

base::Result<> check(int code, std::string_view what) {
    if (code == UB_NOERROR) return {};
    return base::fail(std::format("cannot set up DNS resolution: {}: {}", what, ub_strerror(code)));
}

/// libunbound answers these zones itself, with "does not exist". People run such networks, so they are asked like
/// every other name (RFC 6761 and RFC 6303 speak of servers for the public).
std::vector<std::string> default_local_zones() {
    std::vector<std::string> zones = {"test.",
                                      "invalid.",
                                      "home.arpa.",
                                      "service.arpa.",
                                      "resolver.arpa.",
                                      "10.in-addr.arpa.",
                                      "168.192.in-addr.arpa.",
                                      "0.in-addr.arpa.",
                                      "254.169.in-addr.arpa.",
                                      "2.0.192.in-addr.arpa.",
                                      "100.51.198.in-addr.arpa.",
                                      "113.0.203.in-addr.arpa.",
                                      "d.f.ip6.arpa.",
                                      "8.e.f.ip6.arpa.",
                                      "9.e.f.ip6.arpa.",
                                      "a.e.f.ip6.arpa.",
                                      "b.e.f.ip6.arpa.",
                                      "8.b.d.0.1.0.0.2.ip6.arpa."};
    for (int i = 16; i < 32; ++i) zones.push_back(std::format("{}.172.in-addr.arpa.", i));
    for (int i = 64; i < 128; ++i) zones.push_back(std::format("{}.100.in-addr.arpa.", i));
    return zones;
}

base::Result<> set_options(ub_ctx* context, const UnboundOptions& options) {
    const auto set = [context](const char* name, const char* value) {
        return check(ub_ctx_set_option(context, name, value), name);
    };
    // What goes wrong is told in the answers; libunbound must not write to our stderr.
    if (auto r = check(ub_ctx_debugout(context, nullptr), "debug output"); !r) return r;
    if (auto r = check(ub_ctx_async(context, 1), "thread"); !r) return r;
    if (auto r = set("do-not-query-localhost:", "no"); !r) return r;  // a forwarder may run beside us
    // The reverse zones of private networks are never signed, whatever their parents prove.
    if (auto r = set("unblock-lan-zones:", "yes"); !r) return r;
    if (auto r = set("insecure-lan-zones:", "yes"); !r) return r;
    if (auto r = set("domain-insecure:", "test."); !r) return r;  // the root proves that it does not exist
    std::error_code missing;
    if (options.forwarders.empty() && std::filesystem::exists(options.root_hints, missing))
        if (auto r = set("root-hints:", options.root_hints.c_str()); !r) return r;
    for (const auto& forwarder : options.forwarders) {
        const auto address = std::format("{}@{}", forwarder.address.str(), forwarder.port);
        if (auto r = check(ub_ctx_set_fwd(context, address.c_str()), "forwarder " + address); !r) return r;
    }
    if (!options.validate) return {};
    if (!std::filesystem::exists(options.root_key, missing))
        return base::fail(std::format("cannot validate DNSSEC: there is no trust anchor {}", options.root_key),
                          "Install the package dns-root-data, or set DNS_VALIDATION=false.");
    return check(ub_ctx_add_ta_file(context, options.root_key.c_str()), "trust anchor " + options.root_key);
}

}  // namespace

struct UnboundResolver::State {
    Context context;
    std::chrono::milliseconds query_limit;
    Time::duration left;  ///< of the total limit

    void collect(std::span<const std::unique_ptr<Pending>> pending, Time::time_point deadline);
};

/// Runs callbacks until every question has its answer or the deadline has come.
void UnboundResolver::State::collect(std::span<const std::unique_ptr<Pending>> pending, Time::time_point deadline) {
    const auto open = [](const auto& one) { return !one->answer; };
    while (std::ranges::any_of(pending, open)) {
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(deadline - Time::now()).count();
        if (wait <= 0) return;
        pollfd readable{.fd = ub_fd(context.get()), .events = POLLIN, .revents = 0};
        if (::poll(&readable, 1, static_cast<int>(wait)) > 0 && ub_process(context.get()) != UB_NOERROR) return;
    }
}

UnboundResolver::UnboundResolver(std::unique_ptr<State> state) : state_(std::move(state)) {}
UnboundResolver::UnboundResolver(UnboundResolver&&) noexcept = default;
UnboundResolver& UnboundResolver::operator=(UnboundResolver&&) noexcept = default;
UnboundResolver::~UnboundResolver() = default;

base::Result<UnboundResolver> UnboundResolver::create(const UnboundOptions& options) {
    Context context(ub_ctx_create());
    if (!context) return base::fail("cannot set up DNS resolution: libunbound gave no context");
    if (auto set = set_options(context.get(), options); !set) return std::unexpected(set.error());
    for (const auto& zone : default_local_zones())
        if (auto removed = check(ub_ctx_zone_remove(context.get(), zone.c_str()), "local zone " + zone); !removed)
            return std::unexpected(removed.error());
    return UnboundResolver(std::make_unique<State>(std::move(context), options.query_limit, options.total_limit));
}

std::vector<Answer> UnboundResolver::query(std::span<const Question> questions) {
    const auto started = Time::now();
    const auto limit = std::min<Time::duration>(state_->query_limit, state_->left);
    std::vector<std::unique_ptr<Pending>> pending;
    for (const auto& question : questions) {
        auto& one = *pending.emplace_back(std::make_unique<Pending>(question));
        if (limit <= Time::duration::zero()) continue;
        int id = 0;
        const int error = ub_resolve_async(state_->context.get(), escape_name(question.name).c_str(),
                                           static_cast<int>(question.type), 1, &one, &on_result, &id);
        if (error == UB_NOERROR)
            one.id = id;
        else
            one.answer = without_answer(Status::failed, ub_strerror(error));
    }
    state_->collect(pending, started + limit);
    std::vector<Answer> answers;
    for (auto& one : pending) {
        if (!one->answer) {
            // After this no callback refers to `one` any more.
            if (one->id) ub_cancel(state_->context.get(), *one->id);
            one->answer = without_answer(Status::timed_out, "no answer in time");
        }
        answers.push_back(std::move(*one->answer));
    }
    state_->left -= Time::now() - started;
    return answers;
}

}  // namespace resolver
