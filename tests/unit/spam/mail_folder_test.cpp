#include "spam/mail_folder.h"

#include <doctest/doctest.h>

#include <fstream>
#include <vector>

#include "tests/unit/temporary_folder.h"

namespace {

void put(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

std::vector<std::string> mails_of(const std::filesystem::path& folder) {
    std::vector<std::string> mails;
    int last = -2;
    const auto read = spam::for_each_mail(folder, [&](std::string_view mail, int percent) -> base::Result<> {
        mails.emplace_back(mail);
        last = percent;
        return {};
    });
    CHECK(read);
    CHECK((mails.empty() || last == 100));
    return mails;
}

}  // namespace

TEST_CASE("a Maildir gives its mails, old and new, but nothing a link leads to") {
    const tests::TemporaryFolder folder;
    put(folder.path() / "Maildir/cur/1.a:2,S", "one");
    put(folder.path() / "Maildir/new/2.b", "two");
    put(folder.path() / "Maildir/tmp/3.c", "not yet there");
    put(folder.path() / "Maildir/cur/.hidden", "no mail");
    put(folder.path() / "secret", "secret");
    std::filesystem::create_symlink(folder.path() / "secret", folder.path() / "Maildir/cur/0.link");
    std::filesystem::create_directory(folder.path() / "Maildir/cur/folder");
    put(folder.path() / "Maildir/new/9.z", "last");
    CHECK(mails_of(folder.path() / "Maildir") == std::vector<std::string>{"one", "two", "last"});
}

TEST_CASE("an mbox file gives its mails") {
    const tests::TemporaryFolder folder;
    put(folder.path() / "box", "From a\none\n\nFrom b\ntwo\n");
    CHECK(mails_of(folder.path() / "box") == std::vector<std::string>{"one\n\n", "two\n"});
}

TEST_CASE("a folder that is none says what is missing") {
    const tests::TemporaryFolder folder;
    const auto error = [&](const char* name) {
        const auto read = spam::for_each_mail(folder.path() / name, [](auto, int) { return base::Result<>(); });
        REQUIRE_FALSE(read);
        return read.error();
    };
    CHECK(error("nowhere").kind == base::ErrorKind::not_found);
    CHECK(error(".").text.contains("neither a Maildir nor an mbox"));
    put(folder.path() / "text", "hello\n");
    CHECK(error("text").text.contains("this is no mbox"));
}
