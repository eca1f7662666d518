#include "dnscheck/causes.h"

#include <algorithm>
#include <format>

#include "base/text.h"

namespace dnscheck {
namespace {

using resolver::Answer;
using resolver::Question;

/// The zone file's classic: a form that adds the domain gets the whole name, or a zone file a name without final dot.
std::string doubled_name(const Record& record) {
    return record.name + "." + record.subject;
}

/// A name nobody has; what it answers comes from a wildcard.
std::string nobodys_name(const Record& record) {
    return "nobody-has-this-name." + record.subject;
}

bool is_below_subject(const Record& record) {
    return record.name.ends_with("." + record.subject);
}

}  // namespace

std::vector<Question> cause_questions(const Record& record, const Answer& answer) {
    if (!answer.answered() || !record.id.starts_with("domain.")) return {};
    if (answer.status == resolver::Status::found)
        return is_below_subject(record) ? std::vector{Question{nobodys_name(record), record.type}}
                                        : std::vector<Question>{};
    return {{doubled_name(record), record.type}};
}

std::optional<Cause> text_fault(std::string_view published, std::string_view wanted) {
    const auto text = base::trim(published);
    if (text.starts_with('"') || text.ends_with('"') || text.contains("\" \"") || text.starts_with("\\\""))
        return Cause{"quoted",
                     "There are quotation marks inside the text: the form adds its own; or one of them is missing."};
    if (text.size() >= 60 && text.size() < wanted.size() && wanted.starts_with(text))
        return Cause{"truncated", std::format("The text is cut off after {} of {} characters. Enter it whole, or as "
                                              "several strings of at most 255 characters.",
                                              text.size(), wanted.size())};
    return std::nullopt;
}

Cause cause_of(const Context& context, const Record& record, const Answer& answer) {
    const auto type = resolver::type_name(record.type);
    if (record.type != resolver::Type::CNAME && !answer.canonical_name.empty() && answer.canonical_name != record.name)
        return {"alias", std::format("'{}' is an alias (CNAME) of '{}', so no other record can stand there (RFC 1034 "
                                     "§3.6.2).",
                                     record.name, base::printable(answer.canonical_name, 300))};
    if (answer.status != resolver::Status::found) {
        if (record.id.starts_with("domain.") &&
            context.asker.query(doubled_name(record), record.type).status == resolver::Status::found)
            return {"doubled", std::format("It stands at '{}': the domain was added twice. Enter the name without the "
                                           "domain, or in a zone file with a dot at its end.",
                                           doubled_name(record))};
        return {"missing", std::format("There is no {} record '{}'.", type, record.name)};
    }
    if (is_below_subject(record)) {
        const auto nobody = context.asker.query(nobodys_name(record), record.type);
        if (nobody.status == resolver::Status::found && data_of(nobody) == data_of(answer))
            return {"wildcard", std::format("What is there comes from the wildcard '*.{}'.", record.subject)};
    }
    for (const auto& text : answer.texts)
        if (auto fault = text_fault(text, record.value)) return *fault;
    return {"wrong", std::format("What is there is: {}.", quoted_list(data_of(answer)))};
}

}  // namespace dnscheck
