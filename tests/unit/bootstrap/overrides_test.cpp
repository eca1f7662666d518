#include "bootstrap/overrides.h"

#include <doctest/doctest.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sys/files.h"
#include "tests/unit/temporary_folder.h"

namespace fs = std::filesystem;
using bootstrap::InForce;

namespace {

/// A workspace, and an engine "dovecot" whose check refuses what holds the word BAD.
struct Server {
    tests::TemporaryFolder folder;
    engines::Paths paths{.workspace = folder.path() / "host"};
    std::string config = folder.path() / "etc/dovecot/dovecot.conf";

    Server() {
        fs::create_directories(paths.workspace);
        REQUIRE(sys::ensure_directory(paths.state()));
    }
    /// Its check refuses a configuration with the word BAD, and names the file that has it.
    engines::Engine engine(const std::string& ours = "ours\n") const {
        const auto parent = fs::path(config).parent_path().string();
        return {.name = "dovecot",
                .files = {{.path = config, .content = ours}},
                .checks = {{.argv = {"sh", "-c", "! grep -rn BAD \"$1\"", "check", parent}}}};
    }
    bootstrap::Configured start(const std::string& refused = "") const {
        auto done = bootstrap::configure_with_overrides(engine(), paths, "build", refused);
        REQUIRE(done);
        return *done;
    }
    /// The start after which everything was ready.
    bootstrap::OverrideReport good_start() const {
        const auto report = start().overrides;
        REQUIRE(bootstrap::keep_as_good(paths, {report}));
        return report;
    }
    std::string in_force(const std::string& name) const {
        return sys::read_file(fs::path(config).parent_path() / "override" / name).value_or("");
    }
    fs::path put(const std::string& name, const std::string& content) const {
        const auto file = fs::path(paths.overrides()) / name;
        fs::create_directories(file.parent_path());
        std::ofstream(file) << content;
        return file;
    }
    std::string refusal(const std::string& engine = "dovecot") const {
        const auto read = bootstrap::read_overrides(paths, engine);
        return read ? "" : read.error().text.substr(paths.overrides().size());
    }
};

}  // namespace

TEST_CASE("overrides are read in the order of their names, without what editors leave") {
    const Server server;
    CHECK(bootstrap::read_overrides(server.paths, "rspamd")->empty());
    for (const auto name : {"rspamd/z.lua", "rspamd/local.d/maps.d/b", "rspamd/local.d/a.conf", "rspamd/a.lua~",
                            "rspamd/.a.lua.swp", "rspamd/#a.lua#"})
        server.put(name, name);
    const auto read = bootstrap::read_overrides(server.paths, "rspamd");
    REQUIRE(read);
    CHECK(*read == engines::Overrides{{"local.d/a.conf", "rspamd/local.d/a.conf"},
                                      {"local.d/maps.d/b", "rspamd/local.d/maps.d/b"},
                                      {"z.lua", "rspamd/z.lua"}});
}

TEST_CASE("what is no plain file of the operator's is refused with a reason") {
    const Server server;
    const auto file = server.put("dovecot/a.conf", "x\n");
    CHECK(server.refusal() == "");

    REQUIRE(::chmod(file.c_str(), 0666) == 0);
    CHECK(server.refusal() == "/dovecot/a.conf: everybody may write it; chmod o-w");
    fs::remove(file);
    fs::create_symlink("/etc/passwd", file);
    CHECK(server.refusal() == "/dovecot/a.conf: it is a symbolic link; put the file itself here");
    fs::remove(file);
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    CHECK(server.refusal() == "/dovecot/a.conf: it is not a plain file");
    fs::remove(file);
    server.put("dovecot/a.conf", std::string("a\nb") + '\0' + "c");
    CHECK(server.refusal() == "/dovecot/a.conf line 2: there is a NUL octet in it; it is not a text");
    server.put("dovecot/a.conf", std::string(1024 * 1024 + 1, 'x'));
    CHECK(server.refusal() == "/dovecot/a.conf: it is larger than 1.0 MiB");
    fs::remove(file);
    server.put("dovecot/a b.conf", "");
    CHECK(server.refusal().contains("only letters"));
    fs::remove_all(server.paths.overrides() + "/dovecot");
    fs::create_directory_symlink("/etc", server.paths.overrides() + "/dovecot");
    CHECK(server.refusal() == "/dovecot: it must be a folder");
    server.put("rspamd/1/2/3/4", "");
    CHECK(server.refusal("rspamd") == "/rspamd/1/2/3: it is too deep inside folders");
    for (int number = 0; number < 201; ++number) server.put("unbound/" + std::to_string(number) + ".conf", "");
    CHECK(server.refusal("unbound").contains("more than 200 files"));
    if (::geteuid() == 0) {
        const auto foreign = server.put("valkey/x.conf", "");
        REQUIRE(::chown(foreign.c_str(), 12345, 0) == 0);
        CHECK(server.refusal("valkey").starts_with("/valkey/x.conf: it belongs to user 12345"));
        REQUIRE(::chown(server.paths.workspace.c_str(), 12345, 0) == 0);
        CHECK(server.refusal("valkey") == "");
    }
}

TEST_CASE("good overrides are in force, and proven once everything came up with them") {
    const Server server;
    CHECK_FALSE(server.start().overrides.unproven);
    server.put("dovecot/a.conf", "one\n");
    const auto first = server.good_start();
    CHECK(first.in_force == InForce::current);
    CHECK(first.unproven);
    CHECK(first.problem.empty());
    CHECK(server.in_force("a.conf") == "one\n");
    CHECK(sys::read_file(server.config)->contains("!include " + server.folder.path().string()));
    CHECK_FALSE(server.start().overrides.unproven);
    server.put("dovecot/a.conf", "two\n");
    CHECK(server.start().overrides.unproven);
}

TEST_CASE("bad overrides leave those that worked last, and the problem names the operator's file") {
    const Server server;
    server.put("dovecot/a.conf", "one\n");
    server.good_start();
    server.put("dovecot/a.conf", "two\nBAD\n");
    const auto report = server.start().overrides;
    CHECK(report.in_force == InForce::last_good);
    CHECK(report.problem.contains(server.paths.overrides() + "/dovecot/a.conf:2:BAD"));
    CHECK(server.in_force("a.conf") == "one\n");
    // Still so at the next start, and when the file cannot even be read.
    CHECK(server.good_start().in_force == InForce::last_good);
    server.put("dovecot/a.cnf", "");
    CHECK(server.start().overrides.problem.contains("a.cnf: nothing would read"));
    CHECK(server.in_force("a.conf") == "one\n");
    fs::remove_all(server.paths.overrides());
    CHECK(server.start().overrides.in_force == InForce::current);
    CHECK(sys::read_file(server.config) == "ours\n");
}

TEST_CASE("bad overrides without good ones before them, or with a bad copy, leave none") {
    const Server server;
    server.put("dovecot/a.conf", "BAD\n");
    CHECK(server.start().overrides.in_force == InForce::none);
    CHECK(sys::read_file(server.config) == "ours\n");
    REQUIRE(sys::ensure_directory(server.paths.good_overrides()));
    REQUIRE(sys::write_file(server.paths.good_overrides() + "/dovecot", "a.conf 99\ntorn"));
    CHECK(server.start().overrides.in_force == InForce::none);
    REQUIRE(sys::write_file(server.paths.good_overrides() + "/dovecot", bootstrap::to_text({{"b.conf", "BAD too\n"}})));
    CHECK(server.start().overrides.in_force == InForce::none);
    CHECK(sys::read_file(server.config) == "ours\n");
}

TEST_CASE("overrides an engine did not come up with are left out until they change") {
    const Server server;
    server.put("dovecot/a.conf", "one\n");
    const auto report = server.start("dovecot did not come up with them: fatal").overrides;
    CHECK(report.in_force == InForce::none);
    CHECK(report.problem == server.paths.overrides() + "/dovecot/: dovecot did not come up with them: fatal");
    CHECK(sys::read_file(server.config) == "ours\n");
}

TEST_CASE("when our own configuration is bad, no overrides are blamed") {
    const Server server;
    CHECK_FALSE(bootstrap::configure_with_overrides(server.engine("BAD\n"), server.paths, "build", ""));
}

TEST_CASE("a check beside a running server leaves its files alone") {
    const Server server;
    server.put("dovecot/a.conf", "one\n");
    server.start();
    server.put("dovecot/a.conf", "\nBAD\n");
    const auto checked = bootstrap::check_overrides(server.engine(), server.paths);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().text.contains(server.paths.overrides() + "/dovecot/a.conf:2:BAD"));
    CHECK(server.in_force("a.conf") == "one\n");
    CHECK_FALSE(fs::exists(server.paths.good_overrides()));
    server.put("dovecot/a.conf", "two\n");
    CHECK(bootstrap::check_overrides(server.engine(), server.paths));
    CHECK(server.in_force("a.conf") == "one\n");
}

TEST_CASE("a folder that belongs to no engine is named") {
    const Server server;
    REQUIRE(bootstrap::ensure_override_folder(server.paths));
    CHECK(bootstrap::strangers_among_overrides(server.paths).empty());
    server.put("postfixx/main.cf", "");
    server.put("main.cf", "");
    const auto strangers = bootstrap::strangers_among_overrides(server.paths);
    REQUIRE(strangers.size() == 2);
    CHECK(strangers[0].starts_with(server.paths.overrides() + "/main.cf: nothing reads it"));
}

TEST_CASE("files survive being kept, and a torn copy is none") {
    const engines::Overrides files{{"a", ""}, {"local.d/b", "1 2\n3\n"}, {"c", std::string("\n\n") + '\0'}};
    const auto text = bootstrap::to_text(files);
    CHECK(bootstrap::from_text(text) == files);
    CHECK(bootstrap::from_text("") == engines::Overrides{});
    for (const auto& torn : {text.substr(0, text.size() - 1), std::string("a\n"), std::string("a 5\nxx\n"),
                             std::string("a 99999999999999999999\nx\n"), std::string("x")})
        CHECK_FALSE(bootstrap::from_text(torn));
}

TEST_CASE("the copy of the last good overrides follows what came up, and nothing else") {
    const Server server;
    bootstrap::OverrideReport report{.engine = "dovecot", .in_force = InForce::current, .used = {{"a.conf", "x"}}};
    REQUIRE(bootstrap::keep_as_good(server.paths, {report}));
    const auto file = server.paths.good_overrides() + "/dovecot";
    CHECK(sys::read_file(file) == bootstrap::to_text(report.used));
    report.in_force = InForce::none, report.used = {};
    REQUIRE(bootstrap::keep_as_good(server.paths, {report}));
    CHECK(fs::exists(file));
    report.in_force = InForce::current;
    REQUIRE(bootstrap::keep_as_good(server.paths, {report}));
    CHECK_FALSE(fs::exists(file));
}

TEST_CASE("people are told what is wrong and what is in force instead") {
    CHECK(bootstrap::for_people({.engine = "dovecot", .in_force = InForce::current}).empty());
    CHECK(bootstrap::for_people({.engine = "dovecot", .in_force = InForce::last_good, .problem = "x line 3: y"}) ==
          std::vector<std::string>{"x line 3: y. In force are the overrides of dovecot that worked last"});
    CHECK(bootstrap::for_people({.engine = "dovecot", .problem = "x", .warnings = {"w"}}) ==
          std::vector<std::string>{"x. No overrides of dovecot are in force", "w"});
}
