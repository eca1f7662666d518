#include "moving/tlo.h"

#include <algorithm>
#include <format>

#include "accounts/alias_lines.h"
#include "base/text.h"

namespace moving {

Read<ForeignAccount> read_passwd(std::string_view text, std::string_view file) {
    AccountList list;
    std::vector<Finding> bad;
    for (auto& line : lines_of(text, file, bad)) {
        const auto fields = base::split(line.text, ':');
        if (fields.size() < 2 || fields[1].empty())
            list.refuse(std::move(line.where), "it is not user:hash:…");
        else
            list.add(fields[0], fields[1], {}, std::move(line.where));
    }
    auto read = std::move(list).take();
    read.findings.insert(read.findings.end(), bad.begin(), bad.end());
    return read;
}

Read<std::string> read_vuser(std::string_view text, std::string_view file) {
    Read<std::string> read;
    for (const auto& line : lines_of(text, file, read.findings))
        read.items.push_back(base::lower(base::words(line.text).front()));
    return read;
}

Read<ForeignAlias> read_virtual(std::string_view text, std::string_view file) {
    Read<ForeignAlias> read;
    const auto where = [&](std::size_t line) { return std::format("{}:{}", file, line); };
    const auto stray = [&](std::size_t line) {
        read.findings.push_back({where(line), "it goes on with a line before it, but there is none"});
    };
    for (const auto& line : accounts::alias_lines(text, stray)) {
        const auto words = accounts::alias_words(line.text);
        const bool control = std::ranges::any_of(line.text, [](char c) {
            return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r') || c == '\x7f';
        });
        if (control) {
            read.findings.push_back({where(line.number), "there are control characters in the line"});
            continue;
        }
        ForeignAlias alias{.source = base::lower(base::trim(words.source)), .targets = {}, .where = where(line.number)};
        for (const auto piece : words.targets)
            // Postfix takes a space between addresses for a comma.
            for (const auto target : base::words(piece)) alias.targets.push_back(base::lower(target));
        if (alias.targets.empty())
            read.findings.push_back({where(line.number), "there is nobody behind the alias"});
        else
            read.items.push_back(std::move(alias));
    }
    return read;
}

std::string main_cf_value(std::string_view text, std::string_view name) {
    std::string value;
    for (const auto line : base::split(text, '\n')) {
        const auto at = line.find('=');
        if (line.starts_with('#') || at == std::string_view::npos || base::trim(line.substr(0, at)) != name) continue;
        value = base::trim(line.substr(at + 1));
    }
    return value;
}

}  // namespace moving
