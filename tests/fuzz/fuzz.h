#pragma once
/// What a fuzz target is: one function that reads an input and keeps what its parser promises. README.md tells how they
/// are run.
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

/// Of each target: feeds `input` to the parsers. Whatever it holds, nothing may crash, hang or break a promise.
void feed(std::string_view input);

/// Ends the run, so that the input is kept: it broke `promise`.
inline void must(bool kept, const char* promise) {
    if (kept) return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

}  // namespace fuzz
