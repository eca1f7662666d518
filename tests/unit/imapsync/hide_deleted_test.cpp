#include "imapsync/hide_deleted.h"

#include <doctest/doctest.h>

namespace {

const std::string said =
    "* FLAGS (\\Answered \\Deleted \\Seen)\r\n* 1 FETCH (FLAGS (\\Deleted) BODY[] {21}\r\n"
    "\\Deleted\r\n* \\Deleted)\r\n UID 1)\r\n* 2 FETCH (FLAGS (\\Seen \\Deleted))\r\nlast \\Deleted";
const std::string heard =
    "* FLAGS (\\Answered $Deleted \\Seen)\r\n* 1 FETCH (FLAGS ($Deleted) BODY[] {21}\r\n"
    "\\Deleted\r\n* \\Deleted)\r\n UID 1)\r\n* 2 FETCH (FLAGS (\\Seen $Deleted))\r\nlast \\Deleted";

}  // namespace

TEST_CASE("the flag is hidden, mail is left as it is, however it comes") {
    for (std::size_t size = 1; size <= said.size(); ++size) {
        imapsync::HideDeleted filter;
        std::string passed;
        for (std::size_t at = 0; at < said.size(); at += size)
            passed += filter.feed(std::string_view(said).substr(at, size));
        CHECK(passed + filter.finish() == heard);
    }
}

TEST_CASE("nothing is held back but the beginning of a line") {
    imapsync::HideDeleted filter;
    CHECK(filter.feed("* OK hello\r\n+ ") == "* OK hello\r\n");
    CHECK(filter.feed("go on\r\n* 1 FETCH (BODY[] {5}\r\nab") == "+ go on\r\n* 1 FETCH (BODY[] {5}\r\nab");
    CHECK(filter.feed("c") == "c");
}
