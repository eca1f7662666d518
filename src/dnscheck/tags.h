#pragma once
/// The `name=value; name=value` lists of DKIM and DMARC records (RFC 6376 §3.2). Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace dnscheck {

/// The tags of one record in their order; each name once.
class Tags {
  public:
    /// An error for what is no tag-list: a piece without '=', a bad name, a name twice.
    static base::Result<Tags> parse(std::string_view text);
    /// The value of a tag without surrounding blanks; nothing when the tag is missing.
    std::optional<std::string> find(std::string_view name) const;
    /// The name of the first tag; empty for an empty list.
    std::string first() const { return tags_.empty() ? std::string() : tags_.front().first; }

  private:
    std::vector<std::pair<std::string, std::string>> tags_;
};

}  // namespace dnscheck
