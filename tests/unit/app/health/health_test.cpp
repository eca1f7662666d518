#include "app/health/health.h"

#include <doctest/doctest.h>

#include "app/common/status_file.h"
#include "tests/unit/app/two_services.h"
#include "tests/unit/supervise/listener.h"
#include "tests/unit/temporary_folder.h"

using supervise::State;
using tests::two_services;

TEST_CASE("health is the status and the answers of the ports") {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "status.json";
    const tests::Listener answers(false);
    tests::Listener refuses(false);
    refuses.close();
    CHECK(app::check_health(file, {}).error().text == "the server is not running");
    auto status = two_services();
    app::write_status(file, status);
    CHECK(app::check_health(file, {{.address = answers.address()}}));
    CHECK(app::check_health(file, {{.address = refuses.address()}}).error().text.starts_with("no good answer from "));
    status.services[1].state = State::starting;
    app::write_status(file, status);
    CHECK(app::check_health(file, {{.address = answers.address()}}).error().text == "rspamd is not ready but starting");
    status.services[1].vital = false;
    app::write_status(file, status);
    CHECK(app::check_health(file, {{.address = answers.address()}}));
    status.stopping = true;
    app::write_status(file, status);
    CHECK(app::check_health(file, {}).error().text == "the server is stopping");
}
