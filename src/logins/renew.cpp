#include "logins/renew.h"

#include <format>
#include <string>

#include "base/log.h"
#include "db/database.h"

namespace logins {

base::Result<> put_aside_if_damaged(const std::filesystem::path& file, std::string_view what) {
    std::error_code error;
    // An empty file is one whose making was interrupted.
    if (!std::filesystem::exists(file, error) || std::filesystem::file_size(file, error) == 0 || error) return {};
    const auto condition = db::Database::examine(file);
    if (!condition) return std::unexpected(condition.error());
    if (condition->good) return {};
    base::log("logins",
              std::format("{} is damaged ({}); a new one is begun, without {}", file.string(), condition->fault, what));
    std::filesystem::rename(file, file.string() + ".damaged", error);
    for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(file.string() + end, error);
    return {};
}

}  // namespace logins
