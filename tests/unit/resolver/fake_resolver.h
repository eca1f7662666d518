#pragma once
/// A Resolver over a table of text, for tests: {"example.org", "MX", "10 mail.example.org"}. A name that no row has
/// does not exist. The values "!failed", "!timed_out" and "!bogus" stand for look-ups that fail. CNAMEs are followed.
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "resolver/resolver.h"

namespace resolver {

struct Row {
    std::string name, type, value;
};

class FakeResolver final : public Resolver {
  public:
    FakeResolver() = default;
    FakeResolver(std::vector<Row> rows) : rows_(std::move(rows)) {}
    using Resolver::query;

    std::vector<Answer> query(std::span<const Question> questions) override {
        std::vector<Answer> answers;
        for (const auto& question : questions) answers.push_back(answer(question));
        return answers;
    }

    void add(const std::vector<Row>& rows) { rows_.insert(rows_.end(), rows.begin(), rows.end()); }
    /// Takes away the rows of a name and type and puts the new values there.
    void replace(const std::string& name, const std::string& type, const std::vector<std::string>& values) {
        std::erase_if(rows_, [&](const Row& row) { return row.name == name && row.type == type; });
        for (const auto& value : values) rows_.push_back({name, type, value});
    }

    std::vector<Question> asked;
    bool secure = false;  ///< all answers are proven

  private:
    Answer answer(const Question& question) {
        asked.push_back(question);
        Answer answer{.status = Status::no_such_name, .secure = secure};
        std::string name = question.name;
        for (int hop = 0; hop < 8; ++hop) {
            std::string next;
            for (const auto& row : rows_) {
                if (base::lower(row.name) != name) continue;
                if (answer.status == Status::no_such_name) answer.status = Status::no_data;
                if (row.type == type_name(question.type))
                    add_value(answer, question.type, row.value);
                else if (row.type == "CNAME")
                    next = row.value;
            }
            answer.canonical_name = name;
            if (next.empty()) break;
            name = next;
            answer.status = Status::no_such_name;
        }
        return answer;
    }

    static void add_value(Answer& answer, Type type, const std::string& value) {
        if (value.starts_with('!')) {
            answer.status = value == "!bogus"       ? Status::bogus
                            : value == "!timed_out" ? Status::timed_out
                                                    : Status::failed;
            answer.reason = value == "!bogus"       ? "signature expired"
                            : value == "!timed_out" ? "no answer in time"
                                                    : "the DNS answered SERVFAIL";
            return;
        }
        answer.status = Status::found;
        if (type == Type::A || type == Type::AAAA) {
            answer.addresses.push_back(base::IpAddress::parse(value).value());
        } else if (type == Type::MX) {
            const auto words = base::words(value);
            const std::string host(words.at(1));
            answer.exchanges.push_back(
                {static_cast<std::uint16_t>(base::parse_number(words[0]).value()), host == "." ? "" : host});
        } else if (type == Type::TXT) {
            answer.texts.push_back(value);
        } else if (type == Type::SRV || type == Type::TLSA || type == Type::CAA) {
            answer.values.push_back(value);
        } else {
            answer.names.push_back(value);
        }
    }

    std::vector<Row> rows_;
};

}  // namespace resolver
