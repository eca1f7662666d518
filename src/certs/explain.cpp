#include "certs/explain.h"

#include <algorithm>
#include <format>
#include <string_view>
#include <utility>

namespace certs {
namespace {

/// RFC 8555 §6.7: the types an operator can do something about.
constexpr std::pair<std::string_view, std::string_view> remedies[] = {
    {"connection", "Open port 80 to the whole internet: the CA connects from several places."},
    {"dns", "Correct the A and AAAA records of this name; the CA could not look it up."},
    {"dnssec", "Repair the DNSSEC signatures of the domain, or remove its DS record."},
    {"unauthorized", "Make sure that port 80 of every A and AAAA address of this name is this server."},
    {"incorrectResponse", "Make sure that port 80 of every A and AAAA address of this name is this server."},
    {"caa", "Allow this CA in the CAA record of the domain."},
    {"rateLimited", "Nothing to do: it is tried again when the CA allows. Do not delete the workspace meanwhile."},
    {"rejectedIdentifier",
     "The CA gives no certificates for this name: use another HOSTNAME, TLS_MODE=files or selfsigned."},
    {"unsupportedIdentifier",
     "The CA gives no certificates for this name: use another HOSTNAME, TLS_MODE=files or selfsigned."},
    {"externalAccountRequired", "This CA wants an account made by hand: set ACME_DIRECTORY_URL to another CA."},
    {"userActionRequired", "Follow the instructions of the CA."},
    {"serverInternal", "Nothing to do: it is tried again."},
    {"badNonce", "Nothing to do: it is tried again."},
};

}  // namespace

base::Error explain(const acme::Failure& failure, const base::Hostname& hostname) {
    base::Error error = failure.error;
    error.text = std::format("cannot get a certificate for {}: {}", hostname.str(), error.text);
    if (failure.problem) {
        const auto* found =
            std::ranges::find(remedies, failure.problem->type, &std::pair<std::string_view, std::string_view>::first);
        if (found != std::end(remedies)) error.remedy = found->second;
    }
    if (error.remedy.empty()) error.remedy = "Nothing to do at once: it is tried again.";
    return error;
}

}  // namespace certs
