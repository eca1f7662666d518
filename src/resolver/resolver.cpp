#include "resolver/resolver.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace resolver {

std::string_view type_name(Type type) {
    switch (type) {
        case Type::A:
            return "A";
        case Type::NS:
            return "NS";
        case Type::CNAME:
            return "CNAME";
        case Type::SOA:
            return "SOA";
        case Type::PTR:
            return "PTR";
        case Type::MX:
            return "MX";
        case Type::TXT:
            return "TXT";
        case Type::AAAA:
            return "AAAA";
        case Type::SRV:
            return "SRV";
        case Type::TLSA:
            return "TLSA";
        case Type::CAA:
            return "CAA";
    }
    return "";
}

std::vector<std::string> data_of(const Answer& answer) {
    std::vector<std::string> data;
    for (const auto& address : answer.addresses) data.push_back(address.str());
    for (const auto& exchange : answer.exchanges)
        data.push_back(std::format("{} {}", exchange.preference, exchange.host.empty() ? "." : exchange.host));
    for (const auto* list : {&answer.names, &answer.texts, &answer.values})
        std::ranges::copy(*list, std::back_inserter(data));
    std::ranges::sort(data);
    return data;
}

Answer Resolver::query(std::string_view name, Type type) {
    const Question question{base::lower(name), type};
    return query(std::span(&question, 1)).front();
}

}  // namespace resolver
