#include "web/static_files.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "crypto/digest.h"
#include "pack/gzip.h"

namespace web {
namespace {

using Words = std::string_view;

constexpr std::array<std::pair<Words, Words>, 6> types{{{".html", "text/html; charset=utf-8"},
                                                        {".js", "text/javascript; charset=utf-8"},
                                                        {".css", "text/css; charset=utf-8"},
                                                        {".json", "application/json"},
                                                        {".svg", "image/svg+xml"},
                                                        {".png", "image/png"}}};

std::string type_of(std::string_view name) {
    for (const auto& [ending, type] : types)
        if (name.ends_with(ending)) return std::string(type);
    return "application/octet-stream";
}

/// Whether a word is one of a list in a header, and not refused by a weight of 0 (RFC 9110 §12.4.2).
bool lists(std::string_view header, std::string_view word) {
    return std::ranges::any_of(base::split(header, ','), [&](auto piece) {
        const auto weight = piece.find("q=");
        const bool is_refused =
            weight != piece.npos && base::trim(piece.substr(weight + 2)).find_first_not_of("0.") == piece.npos;
        return base::trim(piece.substr(0, piece.find(';'))) == word && !is_refused;
    });
}

}  // namespace

StaticFiles::StaticFiles(const std::map<std::string, std::string>& contents) {
    for (const auto& [name, content] : contents)
        files_.emplace(name, File{.type = type_of(name),
                                  .content = content,
                                  .compressed = pack::gzip(content),
                                  .tag = "\"" + crypto::sha256_hex(content).substr(0, 32) + "\""});
}

net::HttpResponse StaticFiles::answer(std::string_view name, const net::HttpRequest& request) const {
    const auto& file = files_.find(name)->second;
    net::HttpResponse answer{
        .content_type = file.type,
        .body = {},
        .headers = {{"ETag", file.tag}, {"Cache-Control", "private, no-cache"}, {"Vary", "Accept-Encoding"}}};
    if (lists(request.header("if-none-match"), file.tag)) {
        answer.status = 304;
    } else if (lists(request.header("accept-encoding"), "gzip") && file.compressed.size() < file.content.size()) {
        answer.body = file.compressed;
        answer.headers.emplace_back("Content-Encoding", "gzip");
    } else {
        answer.body = file.content;
    }
    return answer;
}

}  // namespace web
