#include "app/common/words.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace app {
namespace {

std::unexpected<base::Error> refuse(const Form& form, std::string why) {
    return base::fail(std::move(why), std::format("Usage: {} {} {}", form.door, form.name, form.words),
                      base::ErrorKind::usage);
}

bool has_option(const Form& form, std::string_view option) {
    return option == "--json" || std::ranges::contains(base::words(form.options), option);
}

}  // namespace

base::Result<Words> sort_out(const Form& form, std::span<const std::string_view> words) {
    Words sorted;
    bool options_end = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto word = words[i];
        // A password may start with '-'; only what looks like one of our long options is none.
        if (options_end || !word.starts_with("--")) {
            sorted.plain.push_back(word);
        } else if (word == "--") {
            options_end = true;
        } else if (!word.ends_with('=') && has_option(form, word)) {
            sorted.options[word] = {};
        } else if (const auto name = word.substr(0, word.find('='));
                   name != word && has_option(form, std::string(name) + "=")) {
            sorted.options[name] = word.substr(name.size() + 1);
        } else if (has_option(form, std::string(word) + "=")) {
            if (i + 1 == words.size())
                return refuse(form, std::format("cannot run '{}': {} needs a value", form.name, word));
            sorted.options[word] = words[++i];
        } else {
            // Not repeated: it may be a password.
            return refuse(form, std::format("cannot run '{}': there is an option it does not have{}", form.name,
                                            form.password ? "; write -- before a password that starts with --" : ""));
        }
    }
    if (sorted.plain.size() < form.least)
        return refuse(form, sorted.plain.empty() && form.words.starts_with("<user@domain>")
                                ? std::format("cannot run '{}': no user is named", form.name)
                                : std::format("cannot run '{}': a word is missing", form.name));
    if (sorted.plain.size() > form.most)
        return refuse(form, std::format("cannot run '{}': there are too many words{}", form.name,
                                        form.password ? "; put quotation marks around a password with spaces" : ""));
    const int passwords = (sorted.has("--password-stdin") ? 1 : 0) + (sorted.has("--hash-stdin") ? 1 : 0) +
                          (form.password && sorted.plain.size() > 1 ? 1 : 0);
    if (passwords > 1) return refuse(form, "cannot take two passwords: one is given, and stdin is to hold another");
    return sorted;
}

std::unexpected<base::Error> no_command(std::string_view name, std::string_view door) {
    return base::fail(std::format("there is no command '{}'", base::printable(name, 40)),
                      std::format("`{} help` tells what there is.", door), base::ErrorKind::usage);
}

}  // namespace app
