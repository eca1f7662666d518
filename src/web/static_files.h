#pragma once
/// Files that are known when the server starts, kept in memory: what is not among them cannot be asked for, however a
/// path is written.
#include <map>
#include <string>
#include <string_view>

#include "net/http_server.h"

namespace web {

class StaticFiles {
  public:
    /// Contents by name ("app.js"), which tells the type by its ending.
    explicit StaticFiles(const std::map<std::string, std::string>& contents);

    bool has(std::string_view name) const { return files_.contains(name); }

    /// The file has() tells of: 304 for a browser that has it (RFC 9110 §13.1.2), compressed for one that knows gzip.
    /// Without protective headers.
    net::HttpResponse answer(std::string_view name, const net::HttpRequest& request) const;

  private:
    struct File {
        std::string type, content, compressed, tag;
    };
    std::map<std::string, File, std::less<>> files_;
};

}  // namespace web
