#include "xml/xml.h"

#include <Poco/Exception.h>
#include <Poco/SAX/Attributes.h>
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/SAXParser.h>

#include <algorithm>
#include <format>

#include "base/text.h"

namespace xml {
namespace {

/// Builds the tree. The parser is C below: nothing is thrown through it, what is too much is left out and told later.
class Builder final : public Poco::XML::DefaultHandler {
  public:
    void startElement(const Poco::XML::XMLString&, const Poco::XML::XMLString&, const Poco::XML::XMLString& name,
                      const Poco::XML::Attributes& attributes) override {
        if (too_much_ || open_.size() >= deepest || ++count_ > most_elements) {
            too_much_ = true;
            return;
        }
        Element element{name};
        for (int i = 0; i < attributes.getLength(); ++i)
            element.attributes.emplace_back(attributes.getQName(i), attributes.getValue(i));
        open_.push_back(std::move(element));
    }

    void endElement(const Poco::XML::XMLString&, const Poco::XML::XMLString&, const Poco::XML::XMLString&) override {
        if (too_much_ || open_.empty()) return;
        auto done = std::move(open_.back());
        open_.pop_back();
        (open_.empty() ? root_ : open_.back().children.emplace_back()) = std::move(done);
    }

    void characters(const Poco::XML::XMLChar text[], int start, int length) override {
        if (!too_much_ && !open_.empty()) open_.back().text.append(text + start, static_cast<std::size_t>(length));
    }

    bool too_much() const { return too_much_; }
    Element take() { return std::move(root_); }

  private:
    std::vector<Element> open_;
    Element root_;
    std::size_t count_ = 0;
    bool too_much_ = false;
};

}  // namespace

std::string_view Element::attribute(std::string_view wanted) const {
    const auto found = std::ranges::find(attributes, wanted, &std::pair<std::string, std::string>::first);
    return found == attributes.end() ? std::string_view() : found->second;
}

const Element* Element::child(std::string_view wanted) const {
    const auto found = std::ranges::find(children, wanted, &Element::name);
    return found == children.end() ? nullptr : &*found;
}

base::Result<Element> parse(std::string_view text) {
    // UTF-16 would hide what is looked for here.
    if (text.contains('\0')) return base::fail("it is not XML in UTF-8");
    if (text.contains("<!DOCTYPE") || text.contains("<!ENTITY")) return base::fail("it has a document type (DOCTYPE)");
    Builder builder;
    try {
        Poco::XML::SAXParser parser;
        parser.setFeature(Poco::XML::XMLReader::FEATURE_NAMESPACES, false);
        parser.setContentHandler(&builder);
        parser.parseMemoryNP(text.data(), text.size());
    } catch (const Poco::Exception& error) {
        return base::fail("it is not well-formed XML: " + base::printable(error.message(), 200));
    }
    if (builder.too_much())
        return base::fail(std::format("it has more than {} elements, or some deeper than {}", most_elements, deepest));
    return builder.take();
}

}  // namespace xml
