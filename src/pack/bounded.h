#pragma once
/// What both formats share.
#include <array>
#include <format>
#include <istream>
#include <string>

#include "base/error.h"

namespace pack {

/// Everything the stream gives; an error when it breaks or gives more than `limit` octets.
inline base::Result<std::string> read_bounded(std::istream& stream, std::size_t limit) {
    std::string all;
    std::array<char, 16 * 1024> piece;
    while (stream.read(piece.data(), piece.size()), stream.gcount() > 0) {
        if (all.size() + static_cast<std::size_t>(stream.gcount()) > limit)
            return base::fail(std::format("it holds more than {} octets", limit));
        all.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
    }
    if (stream.bad()) return base::fail("it is cut off or damaged");
    return all;
}

}  // namespace pack
