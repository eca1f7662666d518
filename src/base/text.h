#pragma once
/// Small pure helpers on text. ASCII only: protocol words, not human language.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

/// `text` without spaces, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);

/// A-Z become a-z; every other byte stays.
std::string lower(std::string_view text);

/// a-z become A-Z; every other byte stays.
std::string upper(std::string_view text);

/// The pieces between separators, empty pieces included; one piece for text without a separator.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The non-empty pieces between runs of spaces, tabs, CR and LF.
std::vector<std::string_view> words(std::string_view text);

std::string join(const std::vector<std::string>& pieces, std::string_view separator);

/// `text` with every occurrence of `from` (not empty) replaced.
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// A whole decimal number without sign, or nothing when it is not one or does not fit.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// A number and one of the letters in `units` (s, m, h, d, w): "12h". More than nothing and at most ten years; nothing
/// for all other text.
std::optional<std::chrono::seconds> parse_duration(std::string_view text, std::string_view units = "smhdw");

/// `text` fit for one line of a log or a terminal: control bytes and invalid UTF-8 as \xNN, at most `limit` bytes.
std::string printable(std::string_view text, std::size_t limit = 400);

/// The number of single-character edits (insert, delete, replace, swap of neighbours) from one text to the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// `bytes` as a person reads it: "0 B", "512 B", "1.5 KiB", "12 MiB".
std::string human_size(std::uint64_t bytes);

}  // namespace base
