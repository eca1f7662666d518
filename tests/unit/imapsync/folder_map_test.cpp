#include "imapsync/folder_map.h"

#include <doctest/doctest.h>

using namespace imapsync;

namespace {

Folder folder(std::string name, std::vector<std::string> attributes = {}, std::string delimiter = "/") {
    return {.name = std::move(name), .delimiter = std::move(delimiter), .attributes = std::move(attributes)};
}

std::map<std::string, std::string> pairs(const FolderMap& map) {
    std::map<std::string, std::string> all;
    for (const auto& pair : map.pairs) {
        CHECK(!all.contains(pair.far));
        all[pair.far] = pair.near;
    }
    return all;
}

using Names = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("folders with a use find each other, others keep their names") {
    const auto map =
        map_folders({folder("inbox"), folder("Gesendet", {"sent"}), folder("Sent"), folder("Werbung", {"junk"}),
                     folder("A/B"), folder("[Gmail]", {"noselect"}), folder("[Gmail]/All", {"all"})},
                    {}, {});
    CHECK(pairs(map) ==
          Names{{"INBOX", "INBOX"}, {"Gesendet", "Sent"}, {"Sent", "Sent 2"}, {"Werbung", "Junk"}, {"A/B", "A/B"}});
    CHECK(map.pairs.front().far == "INBOX");
    CHECK(map.left_out == std::vector<std::string>{"[Gmail]/All: it shows mail of other folders"});
}

TEST_CASE("a server that marks nothing is known by usual names, without the INBOX it keeps folders in") {
    const auto map = map_folders(
        {folder("INBOX", {}, "."), folder("INBOX.Gesendete Objekte", {}, "."), folder("INBOX.Deleted Items", {}, "."),
         folder("INBOX.Trash", {}, "."), folder("INBOX.x.y", {}, ".")},
        {}, {});
    CHECK(map.delimiter == ".");
    CHECK(pairs(map) == Names{{"INBOX", "INBOX"},
                              {"INBOX/Gesendete Objekte", "Sent"},
                              {"INBOX/Trash", "Trash"},
                              {"INBOX/Deleted Items", "Deleted Items"},
                              {"INBOX/x/y", "x/y"}});
}

TEST_CASE("the operator's wish counts most") {
    const auto wishes = parse_wishes(" Werbung = Junk ; [Gmail]/All=Archiv.2024;a=b=x;Weg=;");
    REQUIRE(wishes);
    const auto map = map_folders(
        {folder("Spam", {"junk"}), folder("Werbung"), folder("[Gmail]/All", {"all"}), folder("a=b"), folder("Weg")},
        *wishes, {});
    CHECK(
        pairs(map) ==
        Names{
            {"INBOX", "INBOX"}, {"Werbung", "Junk"}, {"Spam", "Junk 2"}, {"[Gmail]/All", "Archiv/2024"}, {"a=b", "x"}});
    for (const auto* bad : {"a", "=b", "a\n=b", "a=b\r"}) CHECK(!parse_wishes(bad));
    CHECK(!parse_wishes(std::string(300, 'x') + "=y"));
    CHECK(parse_wishes("")->empty());
}

TEST_CASE("names that are not possible here, or for mbsync") {
    const LocalFolders dots{}, slashes{.archive = "", .separator = '/', .dots_in_names = true};
    const std::vector<Folder> folders{folder("v1.2/~x"),
                                      folder(".hidden"),
                                      folder("cur"),
                                      folder("a//b"),
                                      folder("../../etc"),
                                      folder("x\ny"),
                                      folder(std::string(300, 'x'))};
    const auto map = map_folders(folders, {}, dots);
    CHECK(pairs(map) == Names{{"INBOX", "INBOX"}, {"v1.2/~x", "v1_2/_x"}, {".hidden", "_hidden"}, {"cur", "cur_"}});
    CHECK(map.left_out.size() == 4);
    CHECK(pairs(map_folders({folder("v1.2")}, {}, slashes)).at("v1.2") == "v1.2");
    CHECK(map_folders({folder("a/b", {}, ".")}, {}, slashes).left_out.size() == 1);
    CHECK(pairs(map_folders({folder("a/b", {}, "")}, {}, slashes)).size() == 1);
}

TEST_CASE("folders that are only here") {
    auto map = map_folders({folder("Gesendet", {"sent"}, "."), folder("Alt", {}, ".")}, {}, {});
    add_local_folders(map, {"INBOX", "Sent", "Drafts", "Neu.x", "Alt", "Gesendet"}, {}, {});
    CHECK(pairs(map) ==
          Names{{"INBOX", "INBOX"}, {"Gesendet", "Sent"}, {"Alt", "Alt"}, {"Drafts", "Drafts"}, {"Neu/x", "Neu/x"}});
}
