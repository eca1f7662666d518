/// settings.env.
#include "fuzz.h"
#include "settings/table.h"

void fuzz::feed(std::string_view input) {
    const auto settings = settings::parse_file(input);
    if (settings) return;
    must(!settings.error().empty(), "refused settings have a reason");
    for (const auto& problem : settings.error()) {
        const auto text = settings::describe(problem);
        for (const char octet : text)
            must(static_cast<unsigned char>(octet) >= ' ' || octet == '\n',
                 "a message holds no control character of its input");
    }
}
