#pragma once
/// What a browser sends for a form, as a value. Pure.
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http_server.h"

namespace web {

/// The fields of a form by their names.
class Form {
  public:
    explicit Form(std::map<std::string, std::string, std::less<>> fields) : fields_(std::move(fields)) {}
    /// The field's text; empty when there is none.
    std::string get(std::string_view name) const;
    bool has(std::string_view name) const { return fields_.contains(name); }

  private:
    std::map<std::string, std::string, std::less<>> fields_;
};

/// The fields of a text in that encoding, such as a query; what it refuses is told below.
base::Result<Form> parse_fields(std::string_view encoded);

/// Reads application/x-www-form-urlencoded (URL standard §5.1). Strict, because no browser sends anything else from our
/// pages: an error of kind usage for another content type, a field that comes twice, a broken %-escape, text that is
/// not UTF-8, control characters (no field has more than a line), more than 32 fields.
base::Result<Form> parse_form(const net::HttpRequest& request);

}  // namespace web
