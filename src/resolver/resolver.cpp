#include "resolver/resolver.h"

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
        case Type::TLSA:
            return "TLSA";
    }
    return "";
}

Answer Resolver::query(std::string_view name, Type type) {
    const Question question{base::lower(name), type};
    return query(std::span(&question, 1)).front();
}

}  // namespace resolver
