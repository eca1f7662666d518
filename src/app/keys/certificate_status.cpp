#include "app/keys/certificate_status.h"

#include <format>

#include "base/log.h"
#include "sys/files.h"

namespace app {
namespace {

std::string_view name(certs::Origin origin) {
    switch (origin) {
        case certs::Origin::issued:
            return "issued";
        case certs::Origin::operators_files:
            return "files";
        case certs::Origin::self_signed:
            return "self-signed";
        case certs::Origin::none:
            return "none";
    }
    return "";
}

std::string time_text(base::SystemTime time) {
    return std::format("{:%Y-%m-%dT%H:%M:%SZ}", time);
}

std::string what_it_is(const certs::Status& status) {
    switch (status.origin) {
        case certs::Origin::issued:
            return std::format("issued by {}, valid until {:%Y-%m-%d}", status.issuer, status.not_after);
        case certs::Origin::operators_files:
            return std::format("your own files, valid until {:%Y-%m-%d}", status.not_after);
        case certs::Origin::self_signed:
            return "self-signed";
        case certs::Origin::none:
            return "none, that of the server is shown";
    }
    return "";
}

json::Value to_json(const certs::Status& status) {
    auto value = json::object({{"origin", name(status.origin)},
                               {"subject", status.subject},
                               {"names", json::array({status.names.begin(), status.names.end()})},
                               {"issuer", status.issuer},
                               {"fingerprint", status.fingerprint},
                               {"not_before", time_text(status.not_before)},
                               {"not_after", time_text(status.not_after)},
                               {"last_error", status.last_error},
                               {"remedy", status.remedy},
                               {"failures", status.failures}});
    if (status.next_attempt) value.set("next_attempt", time_text(*status.next_attempt));
    return value;
}

}  // namespace

std::string describe(const certs::Status& status) {
    std::string text = what_it_is(status);
    if (!status.last_error.empty()) text += "; " + status.last_error;
    if (!status.remedy.empty()) text += ". " + status.remedy;
    return text;
}

void write_certificate_status(const std::filesystem::path& file, const certs::Status& status,
                              const std::vector<certs::NameStatus>& further) {
    auto value = to_json(status);
    value.set("text", describe(status));
    auto list = json::array();
    for (const auto& [name, its] : further) {
        if (its.origin == certs::Origin::none && its.last_error.empty()) continue;
        auto one = to_json(its);
        one.set("name", name.str());
        one.set("text", what_it_is(its));
        list.add(std::move(one));
    }
    value.set("further", std::move(list));
    if (const auto written = sys::write_file(file, json::dump(value, 2) + "\n"); !written)
        base::log("certs", written.error().text);
}

json::Value read_certificate_status(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    if (!text) return {};
    return json::parse(*text).value_or(json::Value());
}

std::string certificate_lines(const json::Value& certificate) {
    if (certificate.is_null()) return "";
    std::string lines = std::format("Certificate: {}.\n", certificate["text"].text());
    for (const auto& one : certificate["further"].items())
        lines += std::format("Certificate for {}: {}.\n", one["name"].text(), one["text"].text());
    return lines;
}

std::vector<std::string> certificate_warnings(const json::Value& certificate) {
    std::vector<std::string> warnings;
    for (const auto& one : certificate["further"].items()) {
        const auto error = one["last_error"].text(), remedy = one["remedy"].text();
        if (!error.empty())
            warnings.push_back(error + (remedy.empty() ? "" : ". " + remedy.substr(0, remedy.size() - 1)));
    }
    return warnings;
}

}  // namespace app
