#include "base/text.h"
#include "pack/gzip.h"
#include "pack/zip.h"
#include "reports/report.h"

namespace reports {
namespace {

/// A report on a million mails of a thousand addresses has some 600 kB.
constexpr std::size_t largest = 16 * 1024 * 1024;

base::Result<std::string> unpacked(std::string_view octets) {
    if (octets.starts_with("\x1f\x8b")) return pack::gunzip(octets, largest);
    if (octets.starts_with("PK\x03\x04")) return pack::unzip_first(octets, largest);
    return std::string(octets);
}

}  // namespace

base::Result<std::vector<Report>> parse_attachment(std::string_view octets) {
    const auto text = unpacked(octets);
    if (!text) return std::unexpected(text.error());
    auto plain = base::trim(*text);
    if (plain.starts_with("\xef\xbb\xbf")) plain.remove_prefix(3);
    if (plain.starts_with('{')) return parse_tls(plain);
    if (!plain.starts_with('<')) return base::fail("it is neither XML nor JSON");
    auto report = parse_dmarc(plain);
    if (!report) return std::unexpected(report.error());
    return std::vector{std::move(*report)};
}

}  // namespace reports
