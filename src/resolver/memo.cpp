#include "resolver/memo.h"

#include <set>

namespace resolver {

std::vector<Answer> Memo::query(std::span<const Question> questions) {
    std::set<Question> wanted;
    for (const auto& question : questions)
        if (!known_.contains(question)) wanted.insert(question);
    if (!wanted.empty()) {
        const std::vector<Question> unknown(wanted.begin(), wanted.end());
        auto answers = inner_.query(unknown);
        for (std::size_t i = 0; i < unknown.size(); ++i) known_.insert_or_assign(unknown[i], std::move(answers.at(i)));
    }
    std::vector<Answer> answers;
    answers.reserve(questions.size());
    for (const auto& question : questions) answers.push_back(known_.at(question));
    return answers;
}

}  // namespace resolver
