/// libFuzzer's way into a target (https://llvm.org/docs/LibFuzzer.html).
#include <cstddef>
#include <cstdint>

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::feed({reinterpret_cast<const char*>(data), size});
    return 0;
}
