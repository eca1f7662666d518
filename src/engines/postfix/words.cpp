#include "engines/postfix/words.h"

#include "base/text.h"

namespace engines {

base::Result<std::vector<std::string>> postfix_words(std::string_view text, std::string_view separators) {
    std::vector<std::string> words;
    std::string word;
    int depth = 0;
    for (const char c : text) {
        if (depth == 0 && separators.contains(c)) {
            if (!word.empty()) words.push_back(std::move(word));
            word.clear();
            continue;
        }
        if (c == '{') ++depth;
        if (c == '}' && --depth < 0) return base::fail("there is a '}' without its '{'");
        word += c;
    }
    if (depth > 0) return base::fail("there is a '{' without its '}'");
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

std::string_view without_braces(std::string_view word) {
    word = base::trim(word);
    if (word.size() >= 2 && word.front() == '{' && word.back() == '}')
        return base::trim(word.substr(1, word.size() - 2));
    return word;
}

}  // namespace engines
