#pragma once
/// The one table of all figures the server tells of itself. What fills them, what documents them
/// (dashboards/METRICS.md) and what tests them all come from its rows. A name in the code that has no row does not
/// compile.
#include <array>
#include <span>
#include <string_view>

#include "metrics/rows_accounts.h"
#include "metrics/rows_compat.h"
#include "metrics/rows_mail.h"
#include "metrics/rows_server.h"

namespace metrics {

/// The groups, in the order of the exposition.
struct Group {
    std::string_view title;
    std::span<const Row> rows;
};
inline constexpr std::array<Group, 4> table{{{"Server", server_rows},
                                             {"Mail", mail_rows},
                                             {"Accounts and DNS", account_rows},
                                             {"Names of older dashboards", compat_rows}}};

consteval const Row& row_called(std::string_view name) {
    for (const auto& group : table)
        for (const auto& row : group.rows)
            if (row.name == name) return row;
    throw "there is no such figure in the table";
}

/// The name of a counter in the table; made from a literal, at compile time.
struct CounterName {
    const Row& row;
    consteval CounterName(const char* name) : row(row_called(name)) {
        if (row.kind != Kind::counter) throw "it is no counter";
    }
};

struct GaugeName {
    const Row& row;
    consteval GaugeName(const char* name) : row(row_called(name)) {
        if (row.kind != Kind::gauge) throw "it is no gauge";
    }
};

struct HistogramName {
    const Row& row;
    consteval HistogramName(const char* name) : row(row_called(name)) {
        if (row.kind != Kind::histogram) throw "it is no histogram";
    }
};

/// The name of a counter or gauge whose values are read from elsewhere.
struct ReadName {
    const Row& row;
    consteval ReadName(const char* name) : row(row_called(name)) {
        if (row.kind == Kind::histogram) throw "it is a histogram";
    }
};

}  // namespace metrics
