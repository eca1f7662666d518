#include "pack/zip.h"

#include <Poco/Exception.h>
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>

#include <sstream>

#include "pack/bounded.h"

namespace pack {

base::Result<std::string> unzip_first(std::string_view octets, std::size_t limit) {
    try {
        std::istringstream in{std::string(octets)};
        const Poco::Zip::ZipArchive archive(in);
        for (auto file = archive.headerBegin(); file != archive.headerEnd(); ++file) {
            if (!file->second.isFile()) continue;
            if (file->second.isEncrypted()) return base::fail("it is encrypted");
            in.clear();
            Poco::Zip::ZipInputStream stream(in, file->second);
            return read_bounded(stream, limit);
        }
    } catch (const Poco::Exception&) {
        // Its words are lines of Poco's source.
        return base::fail("it is no zip archive, or a damaged one");
    }
    return base::fail("it is a zip archive without a file");
}

}  // namespace pack
