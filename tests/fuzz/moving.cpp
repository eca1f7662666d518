/// Files of other servers that are moved here.
#include <algorithm>

#include "fuzz.h"
#include "moving/dms.h"
#include "moving/folder_names.h"
#include "moving/maildir_files.h"
#include "moving/mbox_mail.h"
#include "moving/tlo.h"
#include "spam/mbox.h"

void fuzz::feed(std::string_view input) {
    (void)moving::read_dms_accounts(input, input);
    (void)moving::read_dms_patterns(input);
    (void)moving::parse_dms_key_name(input);
    (void)moving::read_passwd(input, "passwd");
    (void)moving::read_vuser(input, "vuser");
    (void)moving::read_virtual(input, "virtual");
    (void)moving::main_cf_value(input, "mydestination");
    (void)moving::is_good_uidlist(input);
    (void)moving::keywords_text(moving::parse_keywords(input));
    (void)moving::subscriptions_text(moving::parse_subscriptions(input));
    if (const auto name = moving::parse_mail_name(input))
        must(moving::parse_mail_name(moving::text_of(*name)) == name, "a mail's name is read as it is written");
    if (const auto name = moving::from_maildir_name(input))
        for (const auto& level : *name)
            must(!level.empty() && level.find('/') == std::string::npos, "no folder leads elsewhere");
    if (const auto utf8 = moving::from_utf7(input)) {
        const auto utf7 = moving::to_utf7(*utf8);
        must(utf7 && moving::from_utf7(*utf7) == utf8, "a folder's name is read as it is written");
    }

    constexpr std::size_t largest = 4096, piece = 7;
    std::string whole, in_pieces;
    const auto split = [&](std::string& mails, std::size_t step) {
        spam::MboxSplitter splitter(largest, [&](std::string_view mail) -> base::Result<> {
            must(mail.size() <= largest, "no mail is longer than may be");
            mails += std::string(mail) + "\n---\n" + moving::mbox_mail(mail, splitter.from_line()).text;
            return {};
        });
        for (std::size_t at = 0; at < input.size(); at += step)
            if (!splitter.feed(input.substr(at, step))) return;
        (void)splitter.finish();
    };
    split(whole, std::max<std::size_t>(input.size(), 1));
    split(in_pieces, piece);
    must(whole == in_pieces, "it does not matter in which pieces a file comes");
}
