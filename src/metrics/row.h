#pragma once
/// What a figure is, as data: the rows of table.h. Each figure a dashboard or an alert may use has one.
#include <cstddef>
#include <span>
#include <string_view>

namespace metrics {

enum class Kind { counter, gauge, histogram };

/// "counter", "gauge", "histogram"
constexpr std::string_view name(Kind kind) {
    return kind == Kind::counter ? "counter" : kind == Kind::gauge ? "gauge" : "histogram";
}

/// A label. Its values are known in advance, or `bound` says what keeps their number small. A stranger must have no
/// hand in them: each new one is a series for ever.
struct Label {
    std::string_view name;
    std::span<const std::string_view> values = {};
    std::string_view bound = {};
};

struct Row {
    std::string_view name;
    Kind kind = Kind::gauge;
    std::string_view unit;
    std::string_view meaning;  ///< one line without backslashes
    std::span<const Label> labels = {};
    std::span<const double> buckets = {};  ///< upper bounds; of histograms only

    /// All labels have known values: each series exists, with 0, from the start.
    constexpr bool is_closed() const {
        for (const auto& label : labels)
            if (label.values.empty()) return false;
        return true;
    }
};

}  // namespace metrics
