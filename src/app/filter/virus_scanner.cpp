#include "app/filter/virus_scanner.h"

#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include "engines/clamav/clamav.h"
#include "sys/files.h"
#include "virus/scanner.h"

namespace app {
namespace {

constexpr std::chrono::seconds between_looks{1};

void say(const std::string& what) {
    std::cout << what << std::endl;
}

void wait_for_obstacles(bool official, const Installation& here) {
    // Of the free memory it is enough to say once that it is too little.
    enum class Waits { no, signatures, memory } waits = Waits::no;
    for (;; std::this_thread::sleep_for(between_looks)) {
        const auto signatures = virus::signatures_in(here.virus_signatures());
        const auto obstacle = virus::obstacle(signatures, virus::memory_here(), official);
        const bool lacks_signatures = official ? !signatures.official : signatures.octets == 0;
        const auto now = !obstacle ? Waits::no : lacks_signatures ? Waits::signatures : Waits::memory;
        if (obstacle && now != waits) say("waiting: " + *obstacle);
        if (now != waits || !obstacle)
            if (const auto told = sys::write_file(here.virus_obstacle_file(), obstacle.value_or("")); !told)
                say(told.error().text);
        if (!obstacle) return;
        waits = now;
    }
}

}  // namespace

base::ExitCode virus_scanner_command(Arguments arguments, const Installation& here) {
    if (arguments.size() != 1 || (arguments[0] != "official-signatures" && arguments[0] != "own-signatures"))
        return report(usage_error("virus-scanner", "official-signatures|own-signatures"));
    wait_for_obstacles(arguments[0] == "official-signatures", here);
    return report(engines::become_clamd());
}

}  // namespace app
