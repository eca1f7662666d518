#include "bootstrap/resolv_conf.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "sys/files.h"
#include "tests/unit/temporary_folder.h"

TEST_CASE("the file is rewritten in place, as a mounted one has to be") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "resolv.conf";
    REQUIRE(sys::write_file(file, "nameserver 192.0.2.1\nsearch a.very.long.name.example another.one.example\n"));
    struct stat before{}, after{};
    REQUIRE(::stat(file.c_str(), &before) == 0);
    REQUIRE(bootstrap::use_local_resolver(file));
    REQUIRE(::stat(file.c_str(), &after) == 0);
    CHECK(before.st_ino == after.st_ino);
    CHECK(sys::read_file(file) == bootstrap::local_resolver_config());
}

TEST_CASE("the resolver is ours, and its DNSSEC verdict is believed") {
    CHECK(bootstrap::local_resolver_config().contains("nameserver 127.0.0.1\n"));
    CHECK(bootstrap::local_resolver_config().contains("trust-ad"));
}
