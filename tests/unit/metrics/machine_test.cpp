#include "metrics/machine.h"

#include <doctest/doctest.h>

TEST_SUITE("metrics machine") {
    constexpr auto meminfo =
        "MemTotal:        8000000 kB\nMemFree:          100000 kB\nMemAvailable:    4000000 kB\nBuffers: 10 kB\n"
        "Cached:          20 kB\nShmem:           5 kB\nSReclaimable:   30 kB\nSwapTotal:        1000 kB\n"
        "SwapFree:          600 kB\nHugePages_Total:       0\n";

    TEST_CASE("memory is read in octets") {
        const auto memory = metrics::parse_meminfo(meminfo);
        CHECK(memory.total == 8'000'000ULL * 1024);
        CHECK(memory.available == 4'000'000ULL * 1024);
        CHECK(memory.swap_total == 1000 * 1024);
        CHECK(memory.swap_free == 600 * 1024);
        CHECK(memory.cached == 60 * 1024);
        CHECK(metrics::parse_meminfo("") == metrics::Memory{});
    }

    TEST_CASE("a container's limit counts when it is less than the machine has") {
        const metrics::Memory machine{.total = 1000, .available = 600, .free = 500};
        const auto half =
            metrics::parse_limits("500\n", "450\n", "anon 1\ninactive_file 100\nfile 200\n", "50000 100000\n");
        CHECK(half.memory == 500);
        CHECK(half.memory_used == 350);
        CHECK(half.cores == 0.5);
        CHECK(metrics::limited(machine, half) == metrics::Memory{.total = 500, .available = 150, .free = 150});
        const auto none = metrics::parse_limits("max\n", "450\n", "", "max 100000\n");
        CHECK(metrics::limited(machine, none) == machine);
        CHECK(!none.cores);
        CHECK(metrics::limited(machine, metrics::parse_limits("2000", "1", "", "")) == machine);
        CHECK(metrics::limited(machine, metrics::parse_limits("500", "700", "", "")).available == 0);
        CHECK(metrics::parse_limits("", "", "", "0 0") == metrics::Limits{});
    }

    TEST_CASE("processor time comes from the control group, else from the machine") {
        const auto group = metrics::parse_cpu_stat("usage_usec 3500000\nuser_usec 2500000\nsystem_usec 1000000\n");
        REQUIRE(group);
        CHECK(group->user == 2.5);
        CHECK(group->system == 1);
        CHECK(!metrics::parse_cpu_stat(""));
        const auto machine = metrics::parse_proc_stat("cpu  100 20 30 4000 5 6 7 8 0 0\ncpu0 1 1 1 1\n", 10);
        CHECK(machine.user == 12);
        CHECK(machine.system == doctest::Approx(4.3));
        CHECK(metrics::parse_proc_stat("nonsense", 100).user == 0);
    }

    TEST_CASE("traffic is that of all interfaces but loopback") {
        const auto traffic = metrics::parse_traffic(
            "Inter-|   Receive |  Transmit\n face |bytes packets\n    lo:   12570  194 0 0 0 0 0 0 12570 194 0 0 0 0 0 "
            "0\n"
            "  eth0:    3088      40    0    0    0     0          0         0     2420      34 0 0 0 0 0 0\n");
        CHECK(traffic.size() == 1);
        CHECK(traffic.at("eth0") == std::pair<std::uint64_t, std::uint64_t>{3088, 2420});
    }

    TEST_CASE("the machine of this test has memory, a processor and a disk") {
        metrics::Registry registry;
        metrics::read_machine(registry, "/");
        const auto text = registry.text();
        for (const auto* name : {"mailserver_system_memory_total_bytes ", "mailserver_system_cpu_cores ",
                                 "mailserver_disk_total_bytes{path=\"/\"} ", "mailserver_system_load1 "})
            CHECK(text.contains("\n" + std::string(name)));
        CHECK(!text.contains("mailserver_system_memory_total_bytes 0\n"));
    }
}
