#include "resolver/stub_resolver.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <format>
#include <optional>

#include "base/text.h"
#include "resolver/wire.h"

namespace resolver {
namespace {

Answer without_answer(Status status, std::string reason) {
    return {.status = status, .reason = std::move(reason)};
}

/// A name in a message without its compression (RFC 1035 §4.1.4), from `at` on.
std::optional<std::vector<std::uint8_t>> uncompressed_name(const ns_msg& message, const unsigned char* at) {
    std::array<unsigned char, NS_MAXCDNAME> name{};
    if (ns_name_unpack(ns_msg_base(message), ns_msg_end(message), at, name.data(), name.size()) < 0)
        return std::nullopt;
    std::size_t length = 0;
    while (name[length] != 0) length += name[length] + std::size_t{1};
    return std::vector<std::uint8_t>(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(length + 1));
}

/// The data of a record as add_record() wants it; nothing when a name in it is broken.
std::optional<std::vector<std::uint8_t>> uncompressed(const ns_msg& message, const ns_rr& record, Type type) {
    const auto* data = ns_rr_rdata(record);
    const std::size_t length = ns_rr_rdlen(record);
    switch (type) {
        case Type::MX: {
            if (length < 3) return std::nullopt;
            auto name = uncompressed_name(message, data + 2);
            if (name) name->insert(name->begin(), data, data + 2);
            return name;
        }
        case Type::NS:
        case Type::CNAME:
        case Type::SOA:
        case Type::PTR:
            return uncompressed_name(message, data);
        default:
            return std::vector<std::uint8_t>(data, data + length);
    }
}

std::string text_name(const char* name) {
    std::string text = base::lower(name);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

/// The target of a CNAME record.
std::string target(const ns_msg& message, const ns_rr& record) {
    std::array<char, NS_MAXDNAME> name{};
    if (dn_expand(ns_msg_base(message), ns_msg_end(message), ns_rr_rdata(record), name.data(), name.size()) < 0)
        return {};
    return text_name(name.data());
}

Answer ask(const Question& question, std::chrono::seconds limit) {
    struct __res_state state{};
    if (res_ninit(&state) != 0) return without_answer(Status::failed, "the resolver cannot be set up");
    state.nscount = 1;
    state.nsaddr_list[0] = {};
    state.nsaddr_list[0].sin_family = AF_INET;
    state.nsaddr_list[0].sin_port = htons(NS_DEFAULTPORT);
    state.nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    state.retrans = static_cast<int>(limit.count());
    state.retry = 1;
    // RFC 6840 §5.7: asking with AD is asking for AD.
    state.options |= RES_TRUSTAD;
    std::array<unsigned char, 1024> query{};
    std::vector<unsigned char> message(NS_MAXMSG);
    const int asked = res_nmkquery(&state, ns_o_query, escape_name(question.name).c_str(), ns_c_in,
                                   static_cast<int>(question.type), nullptr, 0, nullptr, query.data(), query.size());
    int length = -1;
    if (asked > 0) length = res_nsend(&state, query.data(), asked, message.data(), static_cast<int>(message.size()));
    const int cause = errno;
    res_nclose(&state);
    if (asked <= 0) return without_answer(Status::failed, "this is not a name the DNS can have");
    if (length < 0)
        return without_answer(cause == ETIMEDOUT ? Status::timed_out : Status::failed, base::errno_text(cause));
    const auto received = std::min(static_cast<std::size_t>(length), message.size());
    return read_message(question, std::span(message).first(received));
}

}  // namespace

Answer read_message(const Question& question, std::span<const std::uint8_t> octets) {
    const auto broken = [] { return without_answer(Status::failed, "the answer is malformed"); };
    ns_msg message{};
    if (ns_initparse(octets.data(), static_cast<int>(octets.size()), &message) != 0) return broken();
    const int code = ns_msg_getflag(message, ns_f_rcode);
    if (code != ns_r_noerror && code != ns_r_nxdomain)
        return without_answer(Status::failed, std::format("the DNS answered with code {}", code));
    Answer answer{.status = code == ns_r_nxdomain ? Status::no_such_name : Status::no_data,
                  .secure = ns_msg_getflag(message, ns_f_ad) != 0,
                  .canonical_name = question.name};
    const std::size_t count = ns_msg_count(message, ns_s_an);
    if (count > max_records)
        return without_answer(Status::failed, std::format("the answer has more than {} records", max_records));
    for (std::size_t i = 0; i < count; ++i) {
        ns_rr record{};
        if (ns_parserr(&message, ns_s_an, static_cast<int>(i), &record) != 0) return broken();
        const bool wanted = ns_rr_type(record) == static_cast<int>(question.type);
        // The chain comes in its order (RFC 1034 §3.6.2); what belongs to none of its names is none of ours.
        if (text_name(ns_rr_name(record)) != answer.canonical_name) continue;
        if (!wanted && ns_rr_type(record) == ns_t_cname) answer.canonical_name = target(message, record);
        if (!wanted) continue;
        const auto data = uncompressed(message, record, question.type);
        if (!data || !add_record(answer, question.type, *data)) return broken();
        answer.status = Status::found;
    }
    return answer;
}

std::vector<Answer> StubResolver::query(std::span<const Question> questions) {
    std::vector<Answer> answers;
    answers.reserve(questions.size());
    for (const auto& question : questions) answers.push_back(ask(question, limit_));
    return answers;
}

}  // namespace resolver
