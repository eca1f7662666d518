#include "metrics/processes.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>

using metrics::Process;

TEST_SUITE("metrics processes") {
    TEST_CASE("a process is read from what the kernel says, whatever its name is") {
        const auto process = metrics::parse_process(
            169, "169 (a b) S (1) 7) S 157 157 1 0 -1 4194624 5 6 7 8 100 20 3 4 20 0 1 0 99 1000 5\n",
            "Name:\ta b) S (1) 7\nVmSwap:\t      8 kB\nRssAnon:\t   39412 kB\nRssFile:\t   11260 kB\nRssShmem:\t 52 "
            "kB\n");
        CHECK(process == Process{.pid = 169,
                                 .parent = 157,
                                 .name = "a b) S (1) 7",
                                 .ticks = 127,
                                 .own = std::uint64_t{39420} * 1024,
                                 .files = std::uint64_t{11260} * 1024});
        CHECK(metrics::parse_process(1, "", "").parent == 0);
        CHECK(metrics::parse_process(1, "1 (x) S 0 1", "RssAnon:").own == 0);
    }

    TEST_CASE("a service is all its processes; what forks share counts once") {
        const std::vector<Process> all{
            {.pid = 1, .parent = 0, .name = "mailserver", .ticks = 9, .own = 9, .files = 9},
            {.pid = 5, .parent = 1, .name = "keeper", .ticks = 3, .own = 1000, .files = 1000},
            {.pid = 6, .parent = 5, .name = "rspamd", .ticks = 10, .own = 100, .files = 50},
            {.pid = 7, .parent = 6, .name = "rspamd", .ticks = 20, .own = 130, .files = 10},
            {.pid = 8, .parent = 6, .name = "rspamd", .ticks = 1, .own = 90, .files = 10},
            {.pid = 9, .parent = 7, .name = "helper", .ticks = 1, .own = 5, .files = 60},
            {.pid = 10, .parent = 5, .name = "orphan", .ticks = 1, .own = 2},
            {.pid = 20, .parent = 1, .name = "keeper", .own = 7},
            {.pid = 21, .parent = 20, .name = "other", .own = 7},
        };
        CHECK(metrics::usage_of_service(all, 6) ==
              metrics::Usage{.processes = 5, .ticks = 36, .memory = 100 + 30 + 0 + 5 + 2 + 60});
        CHECK(metrics::usage_of_service(all, 21) == metrics::Usage{.processes = 1, .ticks = 0, .memory = 7});
        CHECK(metrics::usage_of_service(all, 999) == metrics::Usage{});
        CHECK(metrics::usage_of_one(all, 1) == metrics::Usage{.processes = 1, .ticks = 9, .memory = 18});
    }

    TEST_CASE("this process is among those of the container") {
        const auto all = metrics::read_processes();
        const auto self = std::ranges::find(all, ::getpid(), &Process::pid);
        REQUIRE(self != all.end());
        CHECK(self->parent == ::getppid());
        CHECK(self->own > 0);
    }
}
