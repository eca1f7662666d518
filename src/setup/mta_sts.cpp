#include "setup/mta_sts.h"

#include <format>

#include "crypto/digest.h"

namespace setup {

std::string mta_sts_policy(std::string_view mode, const base::Hostname& mx, unsigned max_age_days) {
    const unsigned usual = mode == "enforce" ? 30 : mode == "testing" ? 7 : 1;
    const unsigned days = max_age_days ? max_age_days : usual;
    return std::format("version: STSv1\r\nmode: {}\r\nmx: {}\r\nmax_age: {}\r\n", mode, mx.str(), days * 86400);
}

std::string mta_sts_id(std::string_view policy) {
    return crypto::sha256_hex(policy).substr(0, 32);
}

std::string mta_sts_record(std::string_view policy) {
    return std::format("v=STSv1; id={};", mta_sts_id(policy));
}

}  // namespace setup
