#pragma once
/// What is left out of the figures of the engines before they are passed on. Pure, on text in the format of Prometheus
/// or OpenMetrics.
#include <string>
#include <string_view>

namespace metrics {

/// Without all lines about one figure.
std::string without_figure(std::string_view text, std::string_view name);

/// With the series of the first `most` users only (label `user`); those without a user stay.
std::string with_users(std::string_view text, std::size_t most);

}  // namespace metrics
