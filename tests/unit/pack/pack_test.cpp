#include <doctest/doctest.h>

#include <string>

#include "pack/gzip.h"
#include "pack/zip.h"

namespace {

constexpr std::size_t limit = 1000;

std::string octets(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

/// An archive with one stored file; made by hand (PKWARE's APPNOTE §4.3), so that each octet is known.
std::string stored_zip(const std::string& name, const std::string& content, const std::string& crc) {
    const auto size = static_cast<int>(content.size()), length = static_cast<int>(name.size());
    const auto sizes = crc + octets({size, 0, 0, 0, size, 0, 0, 0, length, 0});
    const auto local = "PK\x03\x04" + octets({20, 0, 0, 0, 0, 0, 0, 0, 33, 0}) + sizes + octets({0, 0}) + name;
    const auto central = "PK\x01\x02" + octets({20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 33, 0}) + sizes +
                         octets({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) + name;
    const auto at = static_cast<int>(local.size() + content.size()), all = static_cast<int>(central.size());
    return local + content + central + "PK\x05\x06" + octets({0, 0, 0, 0, 1, 0, 1, 0, all, 0, 0, 0, at, 0, 0, 0, 0, 0});
}

const std::string crc_of_abc = octets({0xc2, 0x41, 0x24, 0x35});

}  // namespace

TEST_CASE("what was compressed comes back, and a bomb does not unfold") {
    const std::string text(limit, 'x');
    CHECK(pack::gunzip(pack::gzip(text), limit) == text);
    CHECK_FALSE(pack::gunzip(pack::gzip(text + "x"), limit));
    CHECK_FALSE(pack::gunzip(pack::gzip(std::string(100 * 1024 * 1024, '\0')), limit));
    const auto whole = pack::gzip(text);
    for (const std::size_t length : {whole.size() / 2, whole.size() - 9, std::size_t{5}, std::size_t{0}}) {
        const auto cut = pack::gunzip(whole.substr(0, length), limit);
        CHECK((!cut || cut->size() <= text.size()));
    }
    CHECK_FALSE(pack::gunzip("\x1f\x8b\x08 no gzip", limit));
}

TEST_CASE("the first file of an archive is read, and hostile archives are refused") {
    const auto zip = stored_zip("a/report.xml", "abc", crc_of_abc);
    CHECK(pack::unzip_first(zip, limit) == "abc");
    CHECK_FALSE(pack::unzip_first(zip, 2));
    for (std::size_t length = 0; length < zip.size(); length += 7) {
        const auto cut = pack::unzip_first(zip.substr(0, length), limit);
        CHECK((!cut || cut->size() <= 3));
    }
    for (std::size_t place = 0; place < zip.size(); ++place) {
        auto broken = zip;
        broken[place] = static_cast<char>(broken[place] ^ 0xff);
        const auto found = pack::unzip_first(broken, limit);
        CHECK((!found || found->size() <= limit));
    }
    CHECK_FALSE(pack::unzip_first("PK\x03\x04", limit));
    CHECK_FALSE(pack::unzip_first("", limit));
}
