#pragma once
/// Record data as it travels (RFC 1035 §3.3) made into values. Pure; every octet comes from a stranger.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "resolver/resolver.h"

namespace resolver {

/// At most this many records of one answer, and this many octets in one TXT record, are taken: no honest one has more.
inline constexpr std::size_t max_records = 256;
inline constexpr std::size_t max_text = 16 * 1024;

/// Adds one record of `type`, given as its uncompressed RDATA, to the list of `answer` that belongs to the type. SRV,
/// TLSA and CAA become text: `0 1 993 mail.example.org` (`.` for no target), `3 1 1 <hex>`, `0 issue "<octets>"`.
base::Result<> add_record(Answer& answer, Type type, std::span<const std::uint8_t> rdata);

/// `name` for a parser of master-file text (RFC 1035 §5.1): every octet but letters, digits, `-`, `_` and the dots
/// between labels as \DDD.
std::string escape_name(std::string_view name);

}  // namespace resolver
