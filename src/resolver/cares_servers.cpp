#include "resolver/cares_servers.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <format>
#include <map>
#include <memory>

#include "base/text.h"
#include "resolver/wire.h"

namespace resolver {
namespace {

using Time = std::chrono::steady_clock;

struct ChannelDeleter {
    void operator()(ares_channel_t* channel) const { ares_destroy(channel); }
};

/// The questions to one server. c-ares keeps its address.
struct Channel {
    std::map<ares_socket_t, short> sockets = {};                  ///< what to poll for
    std::unique_ptr<ares_channel_t, ChannelDeleter> handle = {};  // last: it calls back while it is destroyed
};

/// A question under way. Its address is c-ares's cookie until the callback ran.
struct Pending {
    Question question;
    bool done = false;
    ServerAnswer answer = {.answer = {.status = Status::timed_out, .reason = "no answer in time"}};
};

std::string plain_name(const char* name) {
    std::string text = base::lower(name ? name : "");
    if (text.ends_with('.')) text.pop_back();
    return text;
}

std::string name_in(const ares_dns_rr_t* record, ares_dns_rr_key_t key) {
    return plain_name(ares_dns_rr_get_str(record, key));
}

std::optional<base::IpAddress> address_in(const ares_dns_rr_t* record) {
    char text[INET6_ADDRSTRLEN] = "";
    if (ares_dns_rr_get_type(record) == ARES_REC_TYPE_A)
        ::inet_ntop(AF_INET, ares_dns_rr_get_addr(record, ARES_RR_A_ADDR), text, sizeof text);
    else
        ::inet_ntop(AF_INET6, ares_dns_rr_get_addr6(record, ARES_RR_AAAA_ADDR), text, sizeof text);
    const auto address = base::IpAddress::parse(text);
    return address ? std::optional(*address) : std::nullopt;
}

std::string octets_in(const ares_dns_rr_t* record, ares_dns_rr_key_t key) {
    std::size_t length = 0;
    const auto* octets = ares_dns_rr_get_bin(record, key, &length);
    return octets ? std::string(octets, octets + length) : std::string();
}

std::string hexadecimal(std::string_view octets) {
    std::string text;
    for (const char octet : octets) text += std::format("{:02x}", static_cast<unsigned char>(octet));
    return text;
}

/// The same texts as add_record() in wire.h makes.
void add_record(Answer& answer, Type type, const ares_dns_rr_t* record) {
    const auto u8 = [&](ares_dns_rr_key_t key) { return ares_dns_rr_get_u8(record, key); };
    const auto u16 = [&](ares_dns_rr_key_t key) { return ares_dns_rr_get_u16(record, key); };
    const auto target = [&](ares_dns_rr_key_t key) {
        const auto name = name_in(record, key);
        return name.empty() ? "." : name;
    };
    switch (type) {
        case Type::A:
        case Type::AAAA:
            if (const auto address = address_in(record)) answer.addresses.push_back(*address);
            break;
        case Type::MX:
            answer.exchanges.push_back({u16(ARES_RR_MX_PREFERENCE), name_in(record, ARES_RR_MX_EXCHANGE)});
            break;
        case Type::TXT:
            answer.texts.push_back(octets_in(record, ARES_RR_TXT_DATA));
            break;
        case Type::NS:
            answer.names.push_back(name_in(record, ARES_RR_NS_NSDNAME));
            break;
        case Type::CNAME:
            answer.names.push_back(name_in(record, ARES_RR_CNAME_CNAME));
            break;
        case Type::PTR:
            answer.names.push_back(name_in(record, ARES_RR_PTR_DNAME));
            break;
        case Type::SOA:
            answer.names.push_back(name_in(record, ARES_RR_SOA_MNAME));
            break;
        case Type::SRV:
            answer.values.push_back(std::format("{} {} {} {}", u16(ARES_RR_SRV_PRIORITY), u16(ARES_RR_SRV_WEIGHT),
                                                u16(ARES_RR_SRV_PORT), target(ARES_RR_SRV_TARGET)));
            break;
        case Type::TLSA:
            answer.values.push_back(std::format("{} {} {} {}", u8(ARES_RR_TLSA_CERT_USAGE), u8(ARES_RR_TLSA_SELECTOR),
                                                u8(ARES_RR_TLSA_MATCH),
                                                hexadecimal(octets_in(record, ARES_RR_TLSA_DATA))));
            break;
        case Type::CAA:
            answer.values.push_back(std::format("{} {} \"{}\"", u8(ARES_RR_CAA_CRITICAL),
                                                plain_name(ares_dns_rr_get_str(record, ARES_RR_CAA_TAG)),
                                                octets_in(record, ARES_RR_CAA_VALUE)));
            break;
    }
}

using Record = const ares_dns_rr_t*;

std::vector<Record> section(const ares_dns_record_t* message, ares_dns_section_t which) {
    std::vector<Record> records;
    const auto count = std::min(ares_dns_record_rr_cnt(message, which), max_records);
    for (std::size_t i = 0; i < count; ++i) records.push_back(ares_dns_record_rr_get_const(message, which, i));
    return records;
}

void read_answers(Answer& answer, const Question& question, const std::vector<Record>& records) {
    std::string name = question.name;
    // Each CNAME at most once.
    for (std::size_t hop = 0; hop <= records.size(); ++hop) {
        const auto alias = std::ranges::find_if(records, [&](Record record) {
            return ares_dns_rr_get_type(record) == ARES_REC_TYPE_CNAME &&
                   plain_name(ares_dns_rr_get_name(record)) == name;
        });
        if (alias == records.end() || question.type == Type::CNAME) break;
        name = name_in(*alias, ARES_RR_CNAME_CNAME);
    }
    answer.canonical_name = name;
    for (const auto record : records) {
        if (static_cast<int>(ares_dns_rr_get_type(record)) != static_cast<int>(question.type) ||
            plain_name(ares_dns_rr_get_name(record)) != (name == "." ? "" : name))
            continue;
        add_record(answer, question.type, record);
        answer.ttl = std::max<std::uint32_t>(answer.ttl, ares_dns_rr_get_ttl(record));
    }
}

std::optional<Referral> referral_in(const ares_dns_record_t* message) {
    Referral referral;
    for (const auto record : section(message, ARES_SECTION_AUTHORITY)) {
        if (ares_dns_rr_get_type(record) != ARES_REC_TYPE_NS) continue;
        referral.zone = plain_name(ares_dns_rr_get_name(record));
        referral.servers.push_back(name_in(record, ARES_RR_NS_NSDNAME));
    }
    if (referral.servers.empty()) return std::nullopt;
    for (const auto record : section(message, ARES_SECTION_ADDITIONAL)) {
        const auto type = ares_dns_rr_get_type(record);
        if (type != ARES_REC_TYPE_A && type != ARES_REC_TYPE_AAAA) continue;
        if (const auto address = address_in(record))
            referral.glue.emplace_back(plain_name(ares_dns_rr_get_name(record)), *address);
    }
    return referral;
}

void read_apex(ServerAnswer& result, const ares_dns_record_t* message) {
    for (const auto which : {ARES_SECTION_ANSWER, ARES_SECTION_AUTHORITY})
        for (const auto record : section(message, which))
            if (ares_dns_rr_get_type(record) == ARES_REC_TYPE_SOA) {
                result.apex = plain_name(ares_dns_rr_get_name(record));
                if (result.apex.empty()) result.apex = ".";
                result.serial = ares_dns_rr_get_u32(record, ARES_RR_SOA_SERIAL);
            }
}

ServerAnswer read_message(const Question& question, const ares_dns_record_t* message) {
    ServerAnswer result{.answer = {}, .replied = true};
    result.authoritative = (ares_dns_record_get_flags(message) & ARES_FLAG_AA) != 0;
    const auto code = ares_dns_record_get_rcode(message);
    if (code != ARES_RCODE_NOERROR && code != ARES_RCODE_NXDOMAIN) {
        result.answer.reason = std::format("it answered {}", ares_dns_rcode_tostr(code));
        return result;
    }
    read_apex(result, message);
    read_answers(result.answer, question, section(message, ARES_SECTION_ANSWER));
    result.answer.status = !data_of(result.answer).empty() ? Status::found
                           : code == ARES_RCODE_NXDOMAIN   ? Status::no_such_name
                                                           : Status::no_data;
    if (!result.authoritative && code == ARES_RCODE_NOERROR && result.answer.status == Status::no_data)
        result.referral = referral_in(message);
    return result;
}

extern "C" void on_answer(void* cookie, ares_status_t status, std::size_t, const ares_dns_record_t* message) {
    auto& pending = *static_cast<Pending*>(cookie);
    pending.done = true;
    if (message)
        pending.answer = read_message(pending.question, message);
    else if (status != ARES_ETIMEOUT && status != ARES_ECANCELLED && status != ARES_EDESTRUCTION)
        pending.answer.answer = {.status = Status::failed, .reason = ares_strerror(static_cast<int>(status))};
}

extern "C" void on_socket(void* cookie, ares_socket_t socket, int readable, int writable) {
    auto& sockets = static_cast<Channel*>(cookie)->sockets;
    if (!readable && !writable)
        sockets.erase(socket);
    else
        sockets[socket] = static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
}

std::unique_ptr<Channel> open_channel(const base::IpAddress& server, const CaresOptions& options) {
    auto channel = std::make_unique<Channel>();
    char nothing[] = "/dev/null";
    ares_options wanted{};
    wanted.flags =
        ARES_FLAG_NORECURSE | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS;
    wanted.timeout = static_cast<int>(options.try_limit.count());
    wanted.tries = 2;
    wanted.resolvconf_path = nothing;
    wanted.qcache_max_ttl = 0;
    wanted.sock_state_cb = on_socket;
    wanted.sock_state_cb_data = channel.get();
    ares_channel_t* handle = nullptr;
    if (ares_init_options(&handle, &wanted,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_RESOLVCONF |
                              ARES_OPT_QUERY_CACHE | ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS)
        return nullptr;
    channel->handle.reset(handle);
    const auto text =
        std::format("{}{}{}:{}", server.is_v4() ? "" : "[", server.str(), server.is_v4() ? "" : "]", options.port);
    return ares_set_servers_csv(handle, text.c_str()) == ARES_SUCCESS ? std::move(channel) : nullptr;
}

using Channels = std::map<base::IpAddress, std::unique_ptr<Channel>>;

/// How long nothing need be done, at most until the deadline.
int longest_wait(const Channels& channels, Time::time_point deadline) {
    auto wait = std::chrono::ceil<std::chrono::milliseconds>(deadline - Time::now()).count();
    for (const auto& [server, channel] : channels) {
        timeval time{};
        if (channel && ares_timeout(channel->handle.get(), nullptr, &time))
            wait = std::min<decltype(wait)>(wait, time.tv_sec * 1000 + time.tv_usec / 1000 + 1);
    }
    return static_cast<int>(std::max<decltype(wait)>(wait, 0));
}

/// Waits for something to come and hands it to its channel; also what has waited too long.
void turn(const Channels& channels, int wait) {
    std::vector<pollfd> polled;
    std::vector<Channel*> owners;
    for (const auto& [server, channel] : channels) {
        if (!channel) continue;
        for (const auto& [socket, events] : channel->sockets) {
            polled.push_back({.fd = socket, .events = events, .revents = 0});
            owners.push_back(channel.get());
        }
    }
    if (::poll(polled.data(), polled.size(), wait) < 0) return;
    for (const auto& [server, channel] : channels) {
        if (!channel) continue;
        std::vector<ares_fd_events_t> events;
        for (std::size_t i = 0; i < polled.size(); ++i) {
            if (owners[i] != channel.get() || polled[i].revents == 0) continue;
            const bool writable = (polled[i].revents & POLLOUT) != 0, other = (polled[i].revents & ~POLLOUT) != 0;
            events.push_back({polled[i].fd, static_cast<unsigned>((other ? ARES_FD_EVENT_READ : 0) |
                                                                  (writable ? ARES_FD_EVENT_WRITE : 0))});
        }
        ares_process_fds(channel->handle.get(), events.data(), events.size(), ARES_PROCESS_FLAG_NONE);
    }
}

}  // namespace

std::vector<ServerAnswer> CaresServers::ask(std::span<const ServerQuestion> questions) {
    const auto deadline = Time::now() + options_.limit;
    std::vector<std::unique_ptr<Pending>> pending;
    {
        Channels channels;
        for (const auto& [server, question] : questions) {
            auto& one = *pending.emplace_back(std::make_unique<Pending>(question));
            auto [channel, is_new] = channels.try_emplace(server);
            if (is_new) channel->second = open_channel(server, options_);
            const auto name = escape_name(question.name);
            if (channel->second)
                ares_query_dnsrec(channel->second->handle.get(), name.c_str(), ARES_CLASS_IN,
                                  static_cast<ares_dns_rec_type_t>(question.type), &on_answer, &one, nullptr);
            else
                one.done = true;
        }
        const auto open = [](const auto& one) { return !one->done; };
        while (std::ranges::any_of(pending, open) && Time::now() < deadline)
            turn(channels, longest_wait(channels, deadline));
    }  // what is still open is called back here
    std::vector<ServerAnswer> answers;
    for (auto& one : pending) answers.push_back(std::move(one->answer));
    return answers;
}

}  // namespace resolver
