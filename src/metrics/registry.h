#pragma once
/// The figures of the running server: every row of the table, with its series. Safe from any thread.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "metrics/table.h"

namespace metrics {

/// The values of a row's labels, in their order.
using Labels = std::vector<std::string>;
using Series = std::map<Labels, double>;

class Registry {
  public:
    /// With 0 for each series whose labels have known values.
    Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;
    ~Registry();

    void add(CounterName counter, const Labels& labels = {}, double amount = 1);
    void set(GaugeName gauge, const Labels& labels, double value);
    void set(GaugeName gauge, double value) { set(gauge, {}, value); }
    void observe(HistogramName histogram, const Labels& labels, double value);
    /// Exactly these series, in place of all the row had: none that is gone stays. Also for counters that somebody else
    /// counts.
    void replace(ReadName row, Series series);

    /// Everything in Prometheus' text format 0.0.4.
    std::string text() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The content type of text().
inline constexpr std::string_view text_format = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace metrics
