#pragma once
/// What an ACME server answers when it will not do what it was asked (RFC 8555 §6.7, RFC 7807), and the error type of
/// this folder.
#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/json.h"

namespace acme {

/// One entry of "subproblems" (§6.7.1).
struct Subproblem {
    std::string type;  ///< as Problem::type
    std::string detail;
    std::string identifier;  ///< the name it is about; may be empty
    bool operator==(const Subproblem&) const = default;
};

struct Problem {
    std::string type;  ///< "rateLimited": without "urn:ietf:params:acme:error:"; other URIs as they came
    std::string detail;
    int status = 0;  ///< HTTP
    std::vector<Subproblem> subproblems;
    bool operator==(const Problem&) const = default;
};

/// Reads a problem document; all texts come out printable and short, whatever the server sent.
Problem parse_problem(const json::Value& document, int status);

/// "<detail> (<type>)" with the first subproblems, on one line.
std::string to_text(const Problem& problem);

/// Why something could not be done. `problem` is set when the server said so itself.
struct Failure {
    base::Error error;
    std::optional<Problem> problem = std::nullopt;
    std::optional<std::chrono::seconds> retry_after = std::nullopt;  ///< as the server asked (§6.6, §7.5.1)

    bool is(std::string_view type) const { return problem && problem->type == type; }
};

template <class T = void>
using Result = std::expected<T, Failure>;

}  // namespace acme
