#include "pack/gzip.h"

#include <Poco/DeflatingStream.h>
#include <Poco/Exception.h>
#include <Poco/InflatingStream.h>

#include <sstream>

#include "pack/bounded.h"

namespace pack {

std::string gzip(std::string_view octets) {
    std::ostringstream out;
    Poco::DeflatingOutputStream stream(out, Poco::DeflatingStreamBuf::STREAM_GZIP);
    stream.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    stream.close();
    return out.str();
}

base::Result<std::string> gunzip(std::string_view octets, std::size_t limit) {
    try {
        std::istringstream in{std::string(octets)};
        Poco::InflatingInputStream stream(in, Poco::InflatingStreamBuf::STREAM_GZIP);
        return read_bounded(stream, limit);
    } catch (const Poco::Exception& error) {
        return base::fail("it is not gzip: " + error.message());
    }
}

}  // namespace pack
