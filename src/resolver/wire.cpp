#include "resolver/wire.h"

#include <format>
#include <optional>

#include "base/text.h"

namespace resolver {
namespace {

using Octets = std::span<const std::uint8_t>;

bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void append_escaped(std::string& text, std::uint8_t octet) {
    const char c = static_cast<char>(octet);
    // RFC 2317 §4: classless reverse zones have names with a slash.
    if (plain(c) || c == '/')
        text += c;
    else
        text += std::format("\\{:03}", octet);
}

/// The name at the front of `data`, which is shortened by it; nothing when it is cut off, longer than 255 octets or
/// compressed. The root is the empty text.
std::optional<std::string> take_name(Octets& data) {
    std::string name;
    for (std::size_t at = 0; at < data.size() && at < 255;) {
        const std::size_t length = data[at++];
        if (length == 0) {
            data = data.subspan(at);
            return base::lower(name);
        }
        if (length > 63 || at + length > data.size()) return std::nullopt;
        if (!name.empty()) name += '.';
        for (const auto octet : data.subspan(at, length)) append_escaped(name, octet);
        at += length;
    }
    return std::nullopt;
}

std::optional<std::string> joined_strings(Octets data) {
    std::string text;
    while (!data.empty()) {
        const std::size_t length = data[0];
        if (length + 1 > data.size() || text.size() + length > max_text) return std::nullopt;
        for (const auto octet : data.subspan(1, length)) text += static_cast<char>(octet);
        data = data.subspan(length + 1);
    }
    return text;
}

std::optional<base::IpAddress> address(Octets data, Type type) {
    if (data.size() != (type == Type::A ? 4u : 16u)) return std::nullopt;
    std::string text;
    for (std::size_t i = 0; i < data.size(); ++i)
        text += type == Type::A ? std::format("{}{}", i ? "." : "", data[i])
                                : std::format("{}{:02x}", i && i % 2 == 0 ? ":" : "", data[i]);
    const auto parsed = base::IpAddress::parse(text);
    return parsed ? std::optional(*parsed) : std::nullopt;
}

std::uint16_t number16(Octets data) {
    return static_cast<std::uint16_t>(data[0] << 8 | data[1]);
}

std::string as_text(Octets data) {
    std::string text;
    for (const auto octet : data) text += static_cast<char>(octet);
    return text;
}

/// RFC 2782: priority, weight, port, target.
std::optional<std::string> service(Octets data) {
    if (data.size() < 7) return std::nullopt;
    Octets rest = data.subspan(6);
    const auto target = take_name(rest);
    if (!target || !rest.empty()) return std::nullopt;
    return std::format("{} {} {} {}", number16(data), number16(data.subspan(2)), number16(data.subspan(4)),
                       target->empty() ? "." : *target);
}

/// RFC 6698 §2.1: usage, selector, matching type, data.
std::optional<std::string> association(Octets data) {
    if (data.size() < 4) return std::nullopt;
    auto text = std::format("{} {} {} ", data[0], data[1], data[2]);
    for (const auto octet : data.subspan(3)) text += std::format("{:02x}", octet);
    return text;
}

/// RFC 8659 §4.1: flags, the tag with its length, the value.
std::optional<std::string> authorization(Octets data) {
    if (data.size() < 2 || data[1] == 0 || data.size() < std::size_t{2} + data[1]) return std::nullopt;
    const auto tag = as_text(data.subspan(2, data[1]));
    return std::format("{} {} \"{}\"", data[0], base::lower(tag), as_text(data.subspan(2 + data[1])));
}

base::Result<> add_value(Answer& answer, Type type, std::optional<std::string> value) {
    if (!value) return base::fail(std::format("a {} record is malformed", type_name(type)));
    answer.values.push_back(std::move(*value));
    return {};
}

}  // namespace

base::Result<> add_record(Answer& answer, Type type, Octets rdata) {
    const auto broken = [type] { return base::fail(std::format("a {} record is malformed", type_name(type))); };
    switch (type) {
        case Type::A:
        case Type::AAAA: {
            const auto value = address(rdata, type);
            if (!value) return broken();
            answer.addresses.push_back(*value);
            return {};
        }
        case Type::MX: {
            if (rdata.size() < 3) return broken();
            const auto preference = number16(rdata);
            Octets rest = rdata.subspan(2);
            auto host = take_name(rest);
            if (!host || !rest.empty()) return broken();
            answer.exchanges.push_back({preference, std::move(*host)});
            return {};
        }
        case Type::TXT: {
            auto text = joined_strings(rdata);
            if (!text) return broken();
            answer.texts.push_back(std::move(*text));
            return {};
        }
        case Type::PTR:
        case Type::NS:
        case Type::CNAME:
        case Type::SOA: {
            Octets rest = rdata;
            auto name = take_name(rest);
            // RFC 1035 §3.3.13: the SOA's primary server is followed by another name and five numbers.
            if (!name || (type != Type::SOA && !rest.empty())) return broken();
            answer.names.push_back(std::move(*name));
            return {};
        }
        case Type::SRV:
            return add_value(answer, type, service(rdata));
        case Type::TLSA:
            return add_value(answer, type, association(rdata));
        case Type::CAA:
            return add_value(answer, type, authorization(rdata));
    }
    return broken();
}

std::string escape_name(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c == '.' || plain(c))
            text += c;
        else
            text += std::format("\\{:03}", static_cast<unsigned char>(c));
    }
    return text;
}

}  // namespace resolver
