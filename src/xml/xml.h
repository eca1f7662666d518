#pragma once
/// XML as a plain tree: the wall around Poco::XML. For small documents of strangers: no document type, so no entities
/// of their own, and nothing is fetched.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace xml {

struct Element {
    std::string name;  ///< with its prefix, as it stands there
    std::vector<std::pair<std::string, std::string>> attributes = {};
    std::vector<Element> children = {};
    std::string text = {};  ///< of the element itself, without that of its children

    /// The attribute's value; empty when there is none.
    std::string_view attribute(std::string_view wanted) const;
    /// The first child of this name; null when there is none.
    const Element* child(std::string_view wanted) const;
};

constexpr std::size_t deepest = 64;
constexpr std::size_t most_elements = 100'000;

/// The root element. Refuses a document type, other encodings than those that contain ASCII, and what is deeper or has
/// more elements than the limits above. Whoever calls bounds the size.
base::Result<Element> parse(std::string_view text);

}  // namespace xml
