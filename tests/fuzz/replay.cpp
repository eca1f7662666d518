/// Runs a target over the inputs of its corpus, where there is no libFuzzer: `fuzz_json <folder>`.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz.h"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(file), {}};
        std::printf("%s\n", entry.path().filename().c_str());
        std::fflush(stdout);
        fuzz::feed(input);
        ++count;
    }
    fuzz::must(count > 0, "the corpus is not empty");
    return 0;
}
