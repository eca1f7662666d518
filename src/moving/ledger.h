#pragma once
/// Which mails were brought over before, so that an import that is run again, or goes on after it was broken off,
/// brings none twice and none back that its owner has deleted since.
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "db/database.h"

namespace moving {

class Ledger {
  public:
    static base::Result<Ledger> open(const std::filesystem::path& file);

    /// What was noted for a folder of an account.
    base::Result<std::set<std::string>> known(const std::string& account, const std::string& folder);
    base::Result<> note(const std::string& account, const std::string& folder, const std::vector<std::string>& keys);

  private:
    explicit Ledger(db::Database database) : database_(std::move(database)) {}
    db::Database database_;
};

}  // namespace moving
