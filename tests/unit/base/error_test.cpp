#include "base/error.h"

#include <doctest/doctest.h>

#include <cerrno>

TEST_CASE("context is added in front, remedy and kind stay") {
    const auto error =
        base::context("cannot start", base::fail("no file x", "Create x.", base::ErrorKind::not_found).error());
    CHECK(error.error().text == "cannot start: no file x");
    CHECK(error.error().remedy == "Create x.");
    CHECK(base::exit_code(error.error().kind) == base::ExitCode::not_found);
}

TEST_CASE("errno texts are lower case") {
    CHECK(base::errno_text(EACCES) == "permission denied");
}
