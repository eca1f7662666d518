#include "engines/template_files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/temporary_folder.h"

using engines::fill_templates;

TEST_CASE("a template's place is the engine's folder and the destination path") {
    const tests::TemporaryFolder folder;
    const engines::Paths paths{.templates = folder.path()};
    std::filesystem::create_directories(folder.path() / "x/etc/y");
    std::ofstream(folder.path() / "x/etc/y/z.conf.tmpl") << "a = {{A}}\n";
    const auto files = fill_templates(paths, "x", {{"/etc/y/z.conf", {.texts = {{"A", "1"}}}}});
    REQUIRE(files);
    CHECK(*files == std::vector<engines::RenderedFile>{{.path = "/etc/y/z.conf", .content = "a = 1\n"}});
}

TEST_CASE("a template that is missing or does not fit is an error that names the file") {
    const tests::TemporaryFolder folder;
    const engines::Paths paths{.templates = folder.path()};
    const auto missing = fill_templates(paths, "x", {{"/etc/z", {}}});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().text.starts_with("cannot render /etc/z: "));
    std::filesystem::create_directories(folder.path() / "x/etc");
    std::ofstream(folder.path() / "x/etc/z.tmpl") << "a = {{A}}\n";
    const auto misfit = fill_templates(paths, "x", {{"/etc/z", {}}});
    REQUIRE_FALSE(misfit);
    CHECK(misfit.error().text == "cannot render /etc/z: marker A has no value");
}
