#include "app/certificate_status.h"

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
    }
    return "";
}

std::string time_text(base::SystemTime time) {
    return std::format("{:%Y-%m-%dT%H:%M:%SZ}", time);
}

}  // namespace

std::string describe(const certs::Status& status) {
    std::string text = status.origin == certs::Origin::self_signed ? "self-signed"
                       : status.origin == certs::Origin::operators_files
                           ? std::format("your own files, valid until {:%Y-%m-%d}", status.not_after)
                           : std::format("issued by {}, valid until {:%Y-%m-%d}", status.issuer, status.not_after);
    if (!status.last_error.empty()) text += "; " + status.last_error;
    if (!status.remedy.empty()) text += ". " + status.remedy;
    return text;
}

void write_certificate_status(const std::filesystem::path& file, const certs::Status& status) {
    auto value = json::object({{"origin", name(status.origin)},
                               {"subject", status.subject},
                               {"issuer", status.issuer},
                               {"fingerprint", status.fingerprint},
                               {"not_before", time_text(status.not_before)},
                               {"not_after", time_text(status.not_after)},
                               {"last_error", status.last_error},
                               {"remedy", status.remedy},
                               {"text", describe(status)}});
    if (status.next_attempt) value.set("next_attempt", time_text(*status.next_attempt));
    if (const auto written = sys::write_file(file, json::dump(value, 2) + "\n"); !written)
        base::log("certs", written.error().text);
}

json::Value read_certificate_status(const std::filesystem::path& file) {
    const auto text = sys::read_file(file);
    if (!text) return {};
    return json::parse(*text).value_or(json::Value());
}

}  // namespace app
