#include "backup/manifest.h"

#include "crypto/digest.h"
#include "db/database.h"
#include "json/json.h"
#include "sys/files.h"

namespace backup {
namespace {

/// Larger than any message a server takes.
constexpr std::uint64_t largest_file = 2ull * 1024 * 1024 * 1024;

}  // namespace

base::Result<> write_manifest(const std::filesystem::path& root, const Manifest& manifest) {
    auto sample = json::array();
    for (const auto& one : manifest.sample) sample.add(json::object({{"path", one.path}, {"sha256", one.digest}}));
    const auto value = json::object({{"version", 1},
                                     {"made", manifest.made.time_since_epoch().count()},
                                     {"hostname", manifest.hostname},
                                     {"entries", manifest.entries},
                                     {"messages", manifest.messages},
                                     {"queued", manifest.queued},
                                     {"accounts", manifest.accounts},
                                     {"sample", sample}});
    return sys::write_file(root / manifest_path, json::dump(value, 2) + "\n", {.mode = 0600, .owner = {}});
}

base::Result<Manifest> read_manifest(const std::filesystem::path& root) {
    const auto text = sys::read_file(root / manifest_path);
    if (!text) return std::unexpected(text.error());
    const auto value = json::parse(*text);
    if (!value) return base::context("cannot read the backup's manifest", value.error());
    const auto number = [&](std::string_view name) { return static_cast<std::uint64_t>((*value)[name].number()); };
    Manifest manifest{.made = base::SystemTime(std::chrono::seconds((*value)["made"].number())),
                      .hostname = (*value)["hostname"].text(),
                      .entries = number("entries"),
                      .messages = number("messages"),
                      .queued = number("queued"),
                      .accounts = number("accounts"),
                      .sample = {}};
    for (const auto& one : (*value)["sample"].items())
        manifest.sample.push_back({.path = one["path"].text(), .digest = one["sha256"].text()});
    return manifest;
}

base::Result<std::uint64_t> count_accounts(const std::filesystem::path& root) {
    auto database = db::Database::open(root / "etc/mailserver/accounts.sqlite", db::Database::Mode::read_only);
    if (!database) {
        if (database.error().kind == base::ErrorKind::not_found) return 0;
        return std::unexpected(database.error());
    }
    const auto count = database->query("SELECT count(*) FROM accounts");
    if (!count) return std::unexpected(count.error());
    return static_cast<std::uint64_t>(count->at(0).integer(0));
}

base::Result<std::string> digest_of(const std::filesystem::path& file) {
    const auto content = sys::read_file(file, largest_file);
    if (!content) return std::unexpected(content.error());
    return crypto::sha256_hex(*content);
}

}  // namespace backup
