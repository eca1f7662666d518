#include "virus/signatures.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "tests/unit/temporary_folder.h"

using virus::signatures_in;

namespace {

const std::string head = "ClamAV-VDB:07 Nov 2026 08-32 -0500:27817:2075405:90:0123456789abcdef:c2ln:raynman:1793971934";

void put(const std::filesystem::path& folder, const std::string& name, const std::string& content) {
    std::ofstream(folder / name) << content;
}

}  // namespace

TEST_CASE("the head of a database says when it was built") {
    const base::SystemTime built{std::chrono::seconds(1793971934)};
    CHECK(virus::build_time(head) == built);
    CHECK(virus::build_time(head + std::string(512 - head.size(), ' ') + "\x1f\x8b:binary:") == built);
    for (const std::string bad : {"", "ClamAV-VDB", "ClamAV-VDB:::::::", "ClamAV-VDB::::::::", "ClamAV-VDB::::::::x",
                                  "ClamAV-VDB::::::::99999999999999999999", "ClamAV-VDB::::::::9999999999999",
                                  "Something:1:2:3:4:5:6:7:1793971934"})
        CHECK_FALSE(virus::build_time(bad));
}

TEST_CASE("only files clamd loads are signatures, and ClamAV's own are two") {
    const tests::TemporaryFolder folder;
    CHECK(signatures_in(folder.path() / "none") == virus::Signatures());
    for (const auto* name : {"freshclam.dat", "readme.txt", ".ndb", "main.cvd.part"}) put(folder.path(), name, "x");
    std::filesystem::create_directory(folder.path() / "tmp.0123.ndb");
    CHECK(signatures_in(folder.path()) == virus::Signatures());
    put(folder.path(), "own.ndb", "12345");
    CHECK(signatures_in(folder.path()) == virus::Signatures{.octets = 5});
    put(folder.path(), "daily.cld", head);
    CHECK_FALSE(signatures_in(folder.path()).official);
    put(folder.path(), "main.cvd", "");
    const auto all = signatures_in(folder.path());
    CHECK(all.official);
    CHECK(all.octets == 5 + head.size());
    CHECK(all.built == virus::build_time(head));
}
