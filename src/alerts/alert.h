#pragma once
/// An alert as vmalert and Prometheus report it to an Alertmanager (its API v2): the same one is reported again and
/// again while it fires, and for a while after it ended.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "json/json.h"

namespace alerts {

struct Alert {
    std::map<std::string, std::string> labels;       ///< what makes it this one, with "alertname" and "severity"
    std::map<std::string, std::string> annotations;  ///< "summary", "description"
    base::SystemTime starts{};
    base::SystemTime ends{};  ///< it counts as over from then on, unless it is reported again

    /// The label, or empty.
    std::string label(std::string_view name) const;
    /// What it is about, in one line: the summary, else the name.
    std::string summary() const;
    bool operator==(const Alert&) const = default;
};

/// The body of `POST /api/v2/alerts`. What has no end fires for five minutes from `now` on. Texts are cut to sizes that
/// suit a mail, and made printable. An error when it is no array of objects with labels, or has more than 1000.
base::Result<std::vector<Alert>> parse_report(std::string_view json, base::SystemTime now);

json::Value to_json(const Alert& alert);
Alert from_json(const json::Value& value);

}  // namespace alerts
