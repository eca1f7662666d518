#include "setup/endpoints.h"

namespace setup {

std::vector<Endpoint> endpoints(bool pop3, bool managesieve) {
    std::vector<Endpoint> all{{Protocol::imap, 993, Security::tls}, {Protocol::imap, 143, Security::starttls}};
    if (pop3) {
        all.push_back({Protocol::pop3, 995, Security::tls});
        all.push_back({Protocol::pop3, 110, Security::starttls});
    }
    all.push_back({Protocol::smtp, 465, Security::tls});
    all.push_back({Protocol::smtp, 587, Security::starttls});
    if (managesieve) all.push_back({Protocol::sieve, 4190, Security::starttls});
    return all;
}

}  // namespace setup
