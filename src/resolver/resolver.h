#pragma once
/// Questions to the DNS and their answers as plain values. What asks is written against Resolver; UnboundResolver is
/// the real one, Memo remembers, tests use a table. "It does not exist" and "nobody could tell" are never the same
/// value: advice to add a record must rest on the first only.
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace resolver {

/// Record types by their DNS number (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 2782, RFC 6698 §7.1, RFC 8659 §4.1).
enum class Type : std::uint16_t {
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    PTR = 12,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    SRV = 33,
    TLSA = 52,
    CAA = 257
};

/// "MX", "TXT", …
std::string_view type_name(Type type);

struct Question {
    std::string name;  ///< lower case, without final dot; every octet but the dots is part of a label
    Type type = Type::A;
    auto operator<=>(const Question&) const = default;
};

enum class Status {
    found,         ///< at least one record of the type asked for
    no_data,       ///< the name exists, but has no record of this type
    no_such_name,  ///< NXDOMAIN
    failed,        ///< SERVFAIL, REFUSED, nonsense: nobody could tell
    timed_out,     ///< no answer within the time limit
    bogus,         ///< DNSSEC validation failed (RFC 4035 §5.5)
};

/// One MX record. `host` is empty for the null MX "." (RFC 7505 §3).
struct MailExchange {
    std::uint16_t preference = 0;
    std::string host;
    auto operator<=>(const MailExchange&) const = default;
};

/// What came back. Only the list that belongs to the type asked for is filled, in the order received. Names are lower
/// case without final dot, octets no host name has as \DDD (RFC 4343 §2.1). Texts are foreign octets: print them with
/// base::printable().
struct Answer {
    Status status = Status::failed;
    bool secure = false;              ///< proven by DNSSEC, also for an answer without records
    std::string canonical_name = {};  ///< the name at the end of the CNAME chain; the name asked for without one
    std::vector<base::IpAddress> addresses = {};  ///< A, AAAA
    std::vector<MailExchange> exchanges = {};     ///< MX
    std::vector<std::string> names = {};          ///< PTR, NS, CNAME; SOA: the primary server
    std::vector<std::string> texts = {};          ///< TXT, the strings of one record joined (RFC 7208 §3.3)
    std::vector<std::string> values = {};         ///< SRV, TLSA, CAA: the data as a zone file has it, see wire.h
    std::uint32_t ttl = 0;                        ///< seconds the records may be remembered
    std::string reason = {};                      ///< for failed, timed_out and bogus: why, fit for a person

    /// The DNS gave an answer, if only "there is none".
    bool answered() const { return status <= Status::no_such_name; }
    bool operator==(const Answer&) const = default;
};

/// The data of the answer as text, one piece a record, in an order of its own: equal for equal sets of records.
std::vector<std::string> data_of(const Answer& answer);

class Resolver {
  public:
    virtual ~Resolver() = default;
    /// The answers in the order of the questions, asked at the same time where that is possible. Never fails as a
    /// whole: what went wrong stands in each answer.
    virtual std::vector<Answer> query(std::span<const Question> questions) = 0;
    /// One question.
    Answer query(std::string_view name, Type type);
};

}  // namespace resolver
