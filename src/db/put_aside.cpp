#include "db/put_aside.h"

#include <format>
#include <string>

#include "base/log.h"

namespace db {

base::Result<> put_aside_if_damaged(const std::filesystem::path& file, std::string_view who,
                                    std::string_view consequence) {
    std::error_code error;
    // An empty file is one whose making was interrupted.
    if (!std::filesystem::exists(file, error) || std::filesystem::file_size(file, error) == 0 || error) return {};
    const auto condition = Database::examine(file);
    if (!condition) return std::unexpected(condition.error());
    if (condition->good) return {};
    base::log(who, std::format("{} is damaged ({}); {}", file.string(), condition->fault, consequence));
    std::filesystem::rename(file, file.string() + ".damaged", error);
    for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(file.string() + end, error);
    return {};
}

base::Result<Database> open_or_renew(const std::filesystem::path& file, std::string_view who,
                                     std::string_view consequence, std::span<const std::string_view> schema) {
    if (const auto ready = put_aside_if_damaged(file, who, consequence); !ready) return std::unexpected(ready.error());
    return Database::open_current(file, schema, Database::Durability::checkpoints);
}

}  // namespace db
