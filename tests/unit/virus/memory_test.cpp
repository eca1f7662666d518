#include "virus/memory.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "tests/unit/temporary_folder.h"

namespace {

constexpr std::uint64_t mebi = 1024 * 1024;

void put(const std::filesystem::path& file, const std::string& content) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
}

}  // namespace

TEST_CASE("the memory is the machine's, or less when the container may use less") {
    const tests::TemporaryFolder folder;
    const auto& root = folder.path();
    const auto here = [&] { return virus::memory_here(root); };
    CHECK(here().total > 1'000'000 * mebi);
    put(root / "proc/meminfo", "MemTotal:        4194304 kB\nMemFree:  1 kB\nMemAvailable:    2097152 kB\n");
    CHECK(here() == virus::Memory{.total = 4096 * mebi, .available = 2048 * mebi});

    SUBCASE("version 1") {
        const auto group = root / "sys/fs/cgroup/memory";
        put(group / "memory.limit_in_bytes", "9223372036854771712\n");
        CHECK(here() == virus::Memory{.total = 4096 * mebi, .available = 2048 * mebi});
        put(group / "memory.limit_in_bytes", std::to_string(1000 * mebi));
        put(group / "memory.usage_in_bytes", std::to_string(400 * mebi));
        put(group / "memory.stat", "cache 1\ntotal_inactive_file " + std::to_string(100 * mebi) + "\n");
        CHECK(here() == virus::Memory{.total = 1000 * mebi, .available = 700 * mebi});
    }
    SUBCASE("version 2") {
        const auto group = root / "sys/fs/cgroup";
        put(group / "memory.max", "max\n");
        CHECK(here() == virus::Memory{.total = 4096 * mebi, .available = 2048 * mebi});
        put(group / "memory.max", std::to_string(1000 * mebi) + "\n");
        put(group / "memory.current", std::to_string(1200 * mebi) + "\n");
        CHECK(here() == virus::Memory{.total = 1000 * mebi, .available = 0});
        put(group / "memory.stat", "inactive_file " + std::to_string(700 * mebi) + "\n");
        CHECK(here() == virus::Memory{.total = 1000 * mebi, .available = 500 * mebi});
    }
}

TEST_CASE("ClamAV's own signatures need more than a GB, the operator's what they are large") {
    CHECK(virus::needed_by_clamd({}, true) > 1200 * mebi);
    CHECK(virus::needed_by_clamd({}, false) < 128 * mebi);
    CHECK(virus::needed_by_clamd({.octets = 100 * mebi}, false) > 500 * mebi);
}
