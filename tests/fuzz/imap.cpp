/// What another IMAP server and mbsync say.
#include "fuzz.h"
#include "imapsync/folder_map.h"
#include "imapsync/hide_deleted.h"
#include "imapsync/outcome.h"
#include "imapsync/progress.h"

void fuzz::feed(std::string_view input) {
    imapsync::HideDeleted whole, in_pieces;
    auto at_once = whole.feed(input);
    at_once += whole.finish();
    std::string bit_by_bit;
    for (std::size_t at = 0; at < input.size(); at += 3) bit_by_bit += in_pieces.feed(input.substr(at, 3));
    bit_by_bit += in_pieces.finish();
    must(at_once == bit_by_bit, "it does not matter in which pieces a talk comes");

    imapsync::Outcome outcome;
    imapsync::Lines lines([&](std::string_view line) {
        outcome.read(line);
        (void)imapsync::counters_in(line);
    });
    lines.feed(input);
    lines.finish();
    (void)imapsync::parse_wishes(input);
}
