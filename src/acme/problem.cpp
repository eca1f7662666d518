#include "acme/problem.h"

#include <format>

#include "base/text.h"

namespace acme {
namespace {

constexpr std::size_t most_subproblems = 20;

std::string type_of(const json::Value& document) {
    constexpr std::string_view prefix = "urn:ietf:params:acme:error:";
    std::string_view type = document["type"].text();
    if (type.starts_with(prefix)) type.remove_prefix(prefix.size());
    return base::printable(type, 100);
}

std::string detail_of(const json::Value& document) {
    return base::printable(document["detail"].text(), 400);
}

}  // namespace

Problem parse_problem(const json::Value& document, int status) {
    Problem problem{.type = type_of(document), .detail = detail_of(document), .status = status, .subproblems = {}};
    for (const auto& one : document["subproblems"].items()) {
        if (problem.subproblems.size() == most_subproblems) break;
        problem.subproblems.push_back({.type = type_of(one),
                                       .detail = detail_of(one),
                                       .identifier = base::printable(one["identifier"]["value"].text(), 255)});
    }
    return problem;
}

std::string to_text(const Problem& problem) {
    std::string text = problem.detail.empty() ? std::format("HTTP status {}", problem.status) : problem.detail;
    if (!problem.type.empty()) text += std::format(" ({})", problem.type);
    for (std::size_t i = 0; i < problem.subproblems.size() && i < 3; ++i) {
        const auto& one = problem.subproblems[i];
        text += std::format("; {}: {} ({})", one.identifier, one.detail, one.type);
    }
    return text;
}

}  // namespace acme
