#include "virus/signatures.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

#include "base/text.h"

namespace virus {
namespace {

namespace fs = std::filesystem;

/// The first line of a database, padded with spaces.
constexpr std::size_t head_length = 512;

/// The kinds of files with signatures among those clamd loads (CLI_DBEXT in ClamAV's readdb.h).
bool is_loaded(const fs::path& file) {
    constexpr std::array extensions{".cdb", ".cld", ".cud", ".cvd", ".db",  ".hdb", ".hdu",
                                    ".hsb", ".hsu", ".idb", ".ldb", ".ldu", ".mdb", ".mdu",
                                    ".msb", ".msu", ".ndb", ".ndu", ".sdb", ".yar", ".yara"};
    return std::ranges::contains(extensions, file.extension().string());
}

std::string head_of(const fs::path& file) {
    std::string head(head_length, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    return head;
}

/// A database of the project as it was downloaded, or with the changes since.
std::optional<fs::path> database(const fs::path& folder, const std::string& name) {
    for (const auto* extension : {".cld", ".cvd"})
        if (fs::path file = folder / (name + extension); fs::exists(file)) return file;
    return std::nullopt;
}

}  // namespace

std::optional<base::SystemTime> build_time(std::string_view head) {
    const auto fields = base::split(head.substr(0, head_length), ':');
    if (fields.size() < 9 || fields[0] != "ClamAV-VDB") return std::nullopt;
    const auto seconds = base::parse_number(base::trim(fields[8]));
    constexpr std::uint64_t year_2200 = 7'258'118'400;
    if (!seconds || *seconds > year_2200) return std::nullopt;
    return base::SystemTime(std::chrono::seconds(*seconds));
}

Signatures signatures_in(const fs::path& folder) {
    Signatures found;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code gone;
        const auto size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
        if (!gone && is_loaded(entry->path())) found.octets += size;
    }
    const auto daily = database(folder, "daily");
    found.official = daily && database(folder, "main");
    if (daily) found.built = build_time(head_of(*daily));
    return found;
}

}  // namespace virus
