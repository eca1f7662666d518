#include <algorithm>
#include <format>
#include <map>

#include "base/text.h"
#include "settings/table.h"

namespace settings {
namespace {

constexpr std::size_t longest_line = 64 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_key(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    return !text.empty() && letter(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// The text before the first '=' is shown in messages, never what follows: it may be a password.
std::string shown(std::string_view key) {
    return base::printable(key, 80);
}

/// Reads the file line by line, collecting entries and complaints.
class Reader {
  public:
    EnvFile read(std::string_view text) && {
        if (text.starts_with(byte_order_mark)) {
            complain(1, "", "the file starts with a byte order mark: save it as UTF-8 without BOM");
            text.remove_prefix(byte_order_mark.size());
        }
        if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
            complain(1, "", "the file is UTF-16: save it as UTF-8 without BOM");
            return std::move(file_);
        }
        std::size_t number = 0;
        for (auto line : base::split(text, '\n')) take(++number, line);
        return std::move(file_);
    }

  private:
    void complain(std::size_t line, std::string_view key, std::string why, std::string example = {}) {
        file_.problems.push_back(
            {.key = std::string(key), .value = {}, .why = std::move(why), .example = std::move(example), .line = line});
    }

    void take(std::size_t number, std::string_view line) {
        if (line.ends_with('\r')) {
            if (!windows_)
                complain(number, "",
                         "the file has Windows line ends (CR LF). Convert it: sed -i 's/\\r$//' settings.env");
            windows_ = true;
            line.remove_suffix(1);
        }
        if (line.size() > longest_line) return complain(number, "", "the line is longer than 64 KiB");
        if (line.contains('\0')) return complain(number, "", "there is a NUL byte in the line: this is no text file");
        if (base::trim(line).empty() || base::trim(line).starts_with('#')) return;
        if (line.front() == ' ' || line.front() == '\t') {
            complain(number, "", "there are spaces before the key; remove them");
            line = base::trim(line);
        }
        if (line.starts_with("export ")) {
            complain(number, "", "this is no shell script; remove 'export '");
            line = base::trim(line.substr(7));
        }
        const auto equals = line.find('=');
        const auto key = line.substr(0, equals);
        if (equals == std::string_view::npos) return complain_without_equals(number, line);
        if (const auto colon = key.find(':'); colon != std::string_view::npos && is_key(key.substr(0, colon)))
            return complain_without_equals(number, line);
        if (base::trim(key) != key && is_key(base::trim(key)))
            return complain(number, base::trim(key), "there is a space before the '='; remove it");
        if (!is_key(key))
            return complain(number, "", std::format("'{}' cannot be the name of a setting", shown(key)),
                            "DOMAIN=example.org");
        if (const auto [first, fresh] = lines_.try_emplace(std::string(key), number); !fresh)
            return complain(number, key,
                            std::format("it is set in line {} already; keep one of the two", first->second));
        file_.entries.push_back({std::string(key), std::string(line.substr(equals + 1)), number});
    }

    void complain_without_equals(std::size_t number, std::string_view line) {
        const auto colon = line.find(':');
        const auto key = base::trim(line.substr(0, colon));
        if (colon != std::string_view::npos && is_key(key))
            return complain(number, key, "write '=' instead of ':'", std::string(key) + "=value");
        const auto first = base::words(line).front();
        if (is_key(first))
            return complain(number, first, "there is no '=' behind the key", std::string(first) + "=value");
        complain(number, "", "this is neither KEY=value nor a comment", "DOMAIN=example.org");
    }

    EnvFile file_;
    std::map<std::string, std::size_t> lines_;
    bool windows_ = false;
};

}  // namespace

EnvFile parse_env_file(std::string_view text) {
    return Reader{}.read(text);
}

}  // namespace settings
