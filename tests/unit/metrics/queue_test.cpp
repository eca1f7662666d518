#include "metrics/queue.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/unit/temporary_folder.h"

TEST_SUITE("metrics queue") {
    TEST_CASE("a long queue id tells when the mail came in") {
        // Postfix wrote: Nov 21 15:02:11 … 4jWwR75TZdz1dmX6, UTC.
        CHECK(metrics::arrival("4jWwR75TZdz1dmX6").value() ==
              base::SystemTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(15) +
                               std::chrono::minutes(2) + std::chrono::seconds(11)));
        for (const auto* name : {"", "A1B2C3D4E5", "4jWwR75TZd", "4jWwR75TZdx1", "4aWwR75TZdz1", "..........z"})
            CHECK(!metrics::arrival(name));
    }

    TEST_CASE("each queue is counted with its folders") {
        const tests::TemporaryFolder spool;
        const auto put = [&](const char* name, std::size_t size) {
            const auto file = spool.path() / name;
            std::filesystem::create_directories(file.parent_path());
            std::ofstream(file) << std::string(size, 'x');
        };
        put("deferred/4/4jWwR75TZdz1dmX6", 100);
        put("deferred/4/4jWwR85TZdz1dmX7", 10);
        put("deferred/A/ABCDEF", 1);
        put("active/4jWwR95TZdz1dmX8", 7);
        put("bounce/4jWwR95TZdz1dmX9", 7);
        std::filesystem::create_directory(spool.path() / "hold");
        std::filesystem::create_symlink("/etc/passwd", spool.path() / "hold/4jWwR95TZdz1dmX9");
        const auto states = metrics::read_queues(spool.path());
        CHECK(states.size() == 3);
        CHECK(states.at("deferred") ==
              metrics::QueueState{.messages = 3, .octets = 111, .oldest = metrics::arrival("4jWwR75TZdz1dmX6")});
        CHECK(states.at("active").messages == 1);
        CHECK(states.at("hold") == metrics::QueueState{});
    }
}
