#pragma once
/// What of the operator's settings the accounts depend on.
#include <memory>
#include <string>
#include <vector>

#include "base/address.h"
#include "directory/directory.h"

namespace accounts {

struct Site {
    std::vector<base::Domain> domains;  ///< all that are served; the first is DOMAIN
    base::Hostname hostname;
    base::EmailAddress administrator;       ///< ADMIN_USER@DOMAIN
    std::string recipient_delimiter = "+";  ///< any of these separates a name from its detail; empty: nothing does
    std::shared_ptr<directory::Directory> directory = {};  ///< users beside our own; null: there is none
};

}  // namespace accounts
