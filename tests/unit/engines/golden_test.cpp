/// Renders every case of tests/golden and compares it with what is expected; ACCEPT=1 rewrites that instead.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <fstream>
#include <map>
#include <sstream>

#include "engines/all.h"
#include "settings/table.h"

namespace fs = std::filesystem;

namespace {

using Tree = std::map<std::string, std::string>;

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Path below expected/ → content, with one more file for modes and owners.
Tree rendered(const std::vector<engines::Engine>& engines) {
    Tree tree;
    auto& manifest = tree["manifest.txt"];
    for (const auto& engine : engines) {
        for (const auto& directory : engine.directories)
            manifest +=
                std::format("{:04o} {}:{} {}/\n", directory.mode, directory.user, directory.group, directory.path);
        for (const auto& file : engine.files) {
            manifest += std::format("{:04o} {}:{} {}\n", file.mode, file.user, file.group, file.path);
            tree[file.path.substr(1)] = file.content;
        }
    }
    return tree;
}

Tree stored(const fs::path& folder) {
    Tree tree;
    if (!fs::exists(folder)) return tree;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) tree[fs::relative(entry.path(), folder)] = content(entry.path());
    return tree;
}

void accept(const fs::path& folder, const Tree& tree) {
    fs::remove_all(folder);
    for (const auto& [path, text] : tree) {
        fs::create_directories((folder / path).parent_path());
        std::ofstream(folder / path, std::ios::binary) << text;
    }
}

}  // namespace

TEST_CASE("golden: every case renders to exactly the files that are expected") {
    std::vector<fs::path> cases;
    for (const auto& entry : fs::directory_iterator(GOLDEN_CASES))
        if (entry.is_directory()) cases.push_back(entry.path());
    std::ranges::sort(cases);
    REQUIRE(cases.size() >= 3);
    for (const auto& folder : cases) {
        CAPTURE(folder.filename().string());
        const auto settings = settings::parse_file(content(folder / "settings.env"));
        REQUIRE(settings);
        // A workspace that does not exist holds no trust anchor, so that seeding it is seen as well.
        const engines::Paths paths{.templates = ENGINE_TEMPLATES,
                                   .trust_anchor = std::string(GOLDEN_CASES) + "/root.key"};
        const auto engines = engines::all(*settings, paths);
        if (!engines) FAIL(engines.error().text);
        const auto tree = rendered(*engines);
        if (std::getenv("ACCEPT") != nullptr) accept(folder / "expected", tree);
        const auto expected = stored(folder / "expected");
        for (const auto& [path, text] : expected) {
            CAPTURE(path);
            CHECK_MESSAGE(tree.contains(path), "is no longer rendered");
        }
        for (const auto& [path, text] : tree) {
            CAPTURE(path);
            REQUIRE_MESSAGE(expected.contains(path), "is not expected; ACCEPT=1 accepts it");
            CHECK(text == expected.at(path));
        }
    }
}
