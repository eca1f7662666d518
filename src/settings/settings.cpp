#include "settings/settings.h"

namespace settings {

std::vector<base::Domain> Settings::domains() const {
    std::vector<base::Domain> all{domain};
    all.insert(all.end(), additional_domains.begin(), additional_domains.end());
    return all;
}

base::EmailAddress Settings::admin_account() const {
    return base::EmailAddress(admin_user, domain);
}

}  // namespace settings
