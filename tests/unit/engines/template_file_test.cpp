#include "engines/template_file.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/temporary_folder.h"

namespace {

/// Makes the template of /etc/y/z.conf of engine x.
void write_template(const tests::TemporaryFolder& folder, std::string_view text) {
    std::filesystem::create_directories(folder.path() / "x/etc/y");
    std::ofstream(folder.path() / "x/etc/y/z.conf.tmpl") << text;
}

}  // namespace

TEST_CASE("a template's place is the engine's folder and the destination path") {
    const tests::TemporaryFolder folder;
    write_template(folder, "a = {{A}}\n");
    engines::Engine engine{.name = "x"};
    REQUIRE(engines::add_files(engine, {.templates = folder.path()}, {{"/etc/y/z.conf", {.texts = {{"A", "1"}}}}}));
    CHECK(engine.files == std::vector<engines::RenderedFile>{{.path = "/etc/y/z.conf", .content = "a = 1\n"}});
}

TEST_CASE("a template that is missing or does not fit is an error that names the file") {
    const tests::TemporaryFolder folder;
    engines::Engine engine{.name = "x"};
    const auto missing = engines::add_files(engine, {.templates = folder.path()}, {{"/etc/y/z.conf", {}}});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().text.starts_with("cannot make /etc/y/z.conf: "));
    write_template(folder, "a = {{A}}\n");
    const auto misfit = engines::add_files(engine, {.templates = folder.path()}, {{"/etc/y/z.conf", {}}});
    REQUIRE_FALSE(misfit);
    CHECK(misfit.error().text == "cannot render /etc/y/z.conf: marker A has no value");
    CHECK(engine.files.empty());
}
