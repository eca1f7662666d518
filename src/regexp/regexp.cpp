#include "regexp/regexp.h"

#include <Poco/Exception.h>
#include <Poco/RegularExpression.h>

#include "base/text.h"

namespace regexp {

base::Result<> check(const std::string& pattern) {
    try {
        const Poco::RegularExpression compiled(pattern, Poco::RegularExpression::RE_CASELESS);
        return {};
    } catch (const Poco::Exception& error) {
        return base::fail(base::printable(error.message(), 200), {}, base::ErrorKind::usage);
    }
}

bool matches(const std::string& pattern, const std::string& text) {
    try {
        Poco::RegularExpression::Match match;
        return Poco::RegularExpression(pattern, Poco::RegularExpression::RE_CASELESS).match(text, match) > 0;
    } catch (const Poco::Exception&) {
        return false;
    }
}

}  // namespace regexp
