/// The operator's own lines for the engines' configuration.
#include "engines/postfix/main_cf.h"
#include "engines/postfix/master_cf.h"
#include "fuzz.h"

void fuzz::feed(std::string_view input) {
    (void)engines::check_postfix_text(input);
    if (const auto own = engines::parse_main_cf(input))
        (void)engines::merge_main_cf("myhostname = mail.example.org\nmydestination =\n", *own);
    if (const auto own = engines::parse_master_cf(input))
        (void)engines::merge_master_cf("smtp inet n - y - - smtpd\n", *own);
}
