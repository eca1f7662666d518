#pragma once
/// The table of all figures for people: dashboards/METRICS.md.
#include <string>

namespace metrics {

std::string reference();

}  // namespace metrics
