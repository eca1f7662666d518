/// What the engines log: lines with the words of strangers in them.
#include "fuzz.h"
#include "maillog/line.h"

void fuzz::feed(std::string_view input) {
    for (const auto engine : {"postfix", "dovecot", "rspamd"}) (void)maillog::parse(engine, input);
}
