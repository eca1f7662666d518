/// Reports about our mail, attached to mails of strangers: packed, XML, JSON.
#include "fuzz.h"
#include "pack/gzip.h"
#include "pack/zip.h"
#include "reports/report.h"

void fuzz::feed(std::string_view input) {
    constexpr std::size_t limit = 64 * 1024;
    if (const auto text = pack::gunzip(input, limit)) must(text->size() <= limit, "what is unpacked is bounded");
    if (const auto text = pack::unzip_first(input, limit)) must(text->size() <= limit, "what is unpacked is bounded");
    (void)reports::parse_attachment(input);
    (void)reports::parse_tls(input);
    if (const auto report = reports::parse_dmarc(input))
        must(report->sources.size() <= reports::most_rows + 1, "a report is bounded");
}
