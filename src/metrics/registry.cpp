#include "metrics/registry.h"

#include <Poco/Prometheus/Exporter.h>
#include <Poco/Prometheus/Histogram.h>
#include <Poco/Prometheus/LabeledMetric.h>
#include <Poco/Prometheus/TextExporter.h>

#include <mutex>
#include <sstream>

namespace metrics {
namespace {

namespace prometheus = Poco::Prometheus;

/// Calls `each` for every combination of the labels' known values.
template <class Each>
void for_each_combination(const Row& row, const Each& each, Labels begun = {}) {
    if (begun.size() == row.labels.size()) return each(begun);
    for (const auto value : row.labels[begun.size()].values) {
        Labels more = begun;
        more.emplace_back(value);
        for_each_combination(row, each, std::move(more));
    }
}

std::vector<std::string> label_names(const Row& row) {
    std::vector<std::string> names;
    for (const auto& label : row.labels) names.emplace_back(label.name);
    return names;
}

/// A counter or gauge. Poco's own know neither a counter that is counted elsewhere nor an exchange of all series.
class Plain final : public prometheus::LabeledMetric {
  public:
    explicit Plain(const Row& row)
        : LabeledMetric(row.kind == Kind::counter ? Type::COUNTER : Type::GAUGE, std::string(row.name), nullptr) {
        setHelp(std::string(row.meaning));
        setLabelNames(label_names(row));
        if (row.is_closed() && row.kind == Kind::counter)
            for_each_combination(row, [this](const Labels& labels) { series[labels] = 0; });
    }
    void exportTo(prometheus::Exporter& exporter) const override {
        exporter.writeHeader(*this);
        for (const auto& [labels, value] : series) exporter.writeSample(*this, labelNames(), labels, value);
    }

    Series series;
};

std::unique_ptr<prometheus::Histogram> histogram_of(const Row& row) {
    auto histogram = std::make_unique<prometheus::Histogram>(std::string(row.name), nullptr);
    histogram->help(std::string(row.meaning)).labelNames(label_names(row));
    histogram->buckets(std::vector<double>(row.buckets.begin(), row.buckets.end()));
    for_each_combination(row, [&](const Labels& labels) { histogram->labels(labels); });
    return histogram;
}

}  // namespace

struct Registry::Impl {
    mutable std::mutex mutex;
    std::map<const Row*, std::unique_ptr<Plain>> plain;
    std::map<const Row*, std::unique_ptr<prometheus::Histogram>> histograms;
};

Registry::Registry() : impl_(std::make_unique<Impl>()) {
    for (const auto& group : table)
        for (const auto& row : group.rows)
            if (row.kind == Kind::histogram)
                impl_->histograms.emplace(&row, histogram_of(row));
            else
                impl_->plain.emplace(&row, std::make_unique<Plain>(row));
}

Registry::~Registry() = default;

void Registry::add(CounterName counter, const Labels& labels, double amount) {
    const std::lock_guard lock(impl_->mutex);
    if (labels.size() == counter.row.labels.size()) impl_->plain.at(&counter.row)->series[labels] += amount;
}

void Registry::set(GaugeName gauge, const Labels& labels, double value) {
    const std::lock_guard lock(impl_->mutex);
    if (labels.size() == gauge.row.labels.size()) impl_->plain.at(&gauge.row)->series[labels] = value;
}

void Registry::observe(HistogramName histogram, const Labels& labels, double value) {
    const std::lock_guard lock(impl_->mutex);
    if (labels.size() == histogram.row.labels.size())
        impl_->histograms.at(&histogram.row)->labels(labels).observe(value);
}

void Registry::replace(ReadName row, Series series) {
    std::erase_if(series, [&](const auto& one) { return one.first.size() != row.row.labels.size(); });
    const std::lock_guard lock(impl_->mutex);
    impl_->plain.at(&row.row)->series = std::move(series);
}

std::string Registry::text() const {
    std::ostringstream out;
    prometheus::TextExporter exporter(out);
    const std::lock_guard lock(impl_->mutex);
    for (const auto& group : table)
        for (const auto& row : group.rows)
            if (row.kind == Kind::histogram)
                impl_->histograms.at(&row)->exportTo(exporter);
            else
                impl_->plain.at(&row)->exportTo(exporter);
    return std::move(out).str();
}

}  // namespace metrics
