#include "net/gzip.h"

#include <Poco/DeflatingStream.h>

#include <sstream>

namespace net {

std::string gzip(std::string_view octets) {
    std::ostringstream out;
    Poco::DeflatingOutputStream stream(out, Poco::DeflatingStreamBuf::STREAM_GZIP);
    stream.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    stream.close();
    return out.str();
}

}  // namespace net
