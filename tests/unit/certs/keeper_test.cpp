#include "certs/keeper.h"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>

#include "certs/keys.h"
#include "certs/live_folder.h"
#include "certs/published.h"
#include "tests/unit/certs/fixture.h"

namespace {

using namespace std::chrono_literals;
using certs::Origin;

struct Fixture : tests::CertsFixture {
    int changes = 0;

    std::unique_ptr<certs::Keeper> start() {
        auto keeper = std::make_unique<certs::Keeper>(options, outside, [this] { ++changes; });
        keeper->prepare().value();
        return keeper;
    }
    /// Lets time pass as the thread of the server does.
    void run(certs::Keeper& keeper, std::chrono::seconds time) {
        for (const auto end = clock.time + time; clock.time < end;) clock.time += keeper.step(stop.get_token());
    }
};

}  // namespace

TEST_SUITE("certs keeper") {
    TEST_CASE_FIXTURE(Fixture, "a new server serves the stand-in at once and the issued certificate a little later") {
        auto keeper = start();
        CHECK(keeper->status().origin == Origin::self_signed);
        CHECK_FALSE(active().empty());
        CHECK(ca.requests.empty());
        run(*keeper, 1min);
        CHECK(keeper->status().origin == Origin::issued);
        CHECK(keeper->status().last_error.empty());
        CHECK(active_pair().leaf().fingerprint == keeper->status().fingerprint);
        CHECK(changes == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "a certificate that is good is left alone, restart after restart") {
        {
            auto keeper = start();
            run(*keeper, 1min);
        }
        const int orders = ca.count("POST /new-order");
        for (int i = 0; i < 20; ++i) {
            auto keeper = start();
            run(*keeper, 10min);
        }
        CHECK(ca.count("POST /new-order") == orders);
        CHECK(changes == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "it is renewed by itself before it expires, and the change is told") {
        auto keeper = start();
        run(*keeper, 1min);
        const auto first = keeper->status();
        CHECK(first.next_attempt < first.not_after - std::chrono::days(29));
        clock.time = *first.next_attempt + 1s;
        run(*keeper, 2min);
        CHECK(keeper->status().fingerprint != first.fingerprint);
        CHECK(changes == 2);
        CHECK(ca.count("POST /finalize") == 2);
    }

    TEST_CASE_FIXTURE(Fixture, "a CA that is down is asked ever more rarely while the stand-in serves") {
        ca.down = true;
        auto keeper = start();
        run(*keeper, 12h);
        CHECK(ca.count("GET /dir") <= 14);
        CHECK(ca.count("GET /dir") >= 12);
        CHECK(keeper->status().origin == Origin::self_signed);
        CHECK(keeper->status().last_error.contains("refuses the connection"));
        ca.down = false;
        run(*keeper, 61min);
        CHECK(keeper->status().origin == Origin::issued);
    }

    TEST_CASE_FIXTURE(Fixture, "a restart loop does not reset the back-off") {
        ca.refuse_challenge = true;
        for (int i = 0; i < 360; ++i) {
            auto keeper = start();
            run(*keeper, 1min);
        }
        CHECK(ca.count("POST /new-order") <= 5);
    }

    TEST_CASE_FIXTURE(Fixture, "an attempt that was killed counts as a failure") {
        ca.on_request = [&](const std::string& path) {
            if (path == "/finalize/1") throw std::runtime_error("killed");
        };
        for (int i = 0; i < 120; ++i) {
            auto keeper = start();
            try {
                run(*keeper, 1min);
            } catch (const std::runtime_error&) {
                clock.time += 1min;
            }
        }
        CHECK(ca.count("GET /dir") <= 5);
        CHECK(ca.count("POST /new-order") == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "an expired certificate is served and renewed") {
        const certs::LiveFolder live{.letsencrypt = options.letsencrypt(), .hostname = options.hostname};
        certs::install(live, tests::pair_for(clock.time - 100 * 24h), clock.time).value();
        auto keeper = start();
        CHECK(keeper->status().origin == Origin::issued);
        CHECK(keeper->status().last_error.starts_with("the certificate expired"));
        run(*keeper, 1min);
        CHECK(keeper->status().not_after > clock.time);
        CHECK(keeper->status().last_error.empty());
        CHECK(ca.count("POST /finalize") == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "a certificate of an older workspace is used as long as it is valid") {
        const certs::LiveFolder live{.letsencrypt = options.letsencrypt(), .hostname = options.hostname};
        const auto pair = tests::pair_for(clock.time - 10 * 24h);
        certs::install(live, pair, clock.time).value();
        auto keeper = start();
        run(*keeper, 24h);
        CHECK(keeper->status().fingerprint == pair.leaf().fingerprint);
        CHECK(ca.count("POST") == 0);
        clock.time += 60 * 24h;
        run(*keeper, 2min);
        CHECK(active_pair().leaf().public_key == pair.leaf().public_key);  // TLSA records keep matching
        CHECK(ca.count("POST /finalize") == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "new files of the operator are served within a minute") {
        options.mode = settings::TlsMode::files;
        write_operators_files(tests::pair_for(clock.time));
        auto keeper = start();
        const auto next = tests::pair_for(clock.time, 120);
        write_operators_files(next);
        run(*keeper, 1min);
        CHECK(keeper->status().fingerprint == next.leaf().fingerprint);
        CHECK(changes == 1);
        CHECK(ca.requests.empty());
    }

    TEST_CASE_FIXTURE(Fixture, "bad new files of the operator change nothing but the status") {
        options.mode = settings::TlsMode::files;
        const auto good = tests::pair_for(clock.time);
        write_operators_files(good);
        auto keeper = start();
        for (const auto& bad :
             {std::string(), std::string("nonsense"), crypto::chain_pem(tests::pair_for(clock.time).chain)}) {
            sys::write_file(options.certificate_file, bad).value();
            run(*keeper, 2min);
            CHECK(keeper->status().fingerprint == good.leaf().fingerprint);
            CHECK(active_pair().leaf().fingerprint == good.leaf().fingerprint);
            CHECK_FALSE(keeper->status().last_error.empty());
        }
        write_operators_files(tests::pair_for(clock.time - 200 * 24h));  // expired
        run(*keeper, 1min);
        CHECK(keeper->status().fingerprint == good.leaf().fingerprint);
        CHECK(changes == 0);
    }

    TEST_CASE_FIXTURE(Fixture, "a damaged memory is begun anew and says so only in the log") {
        sys::ensure_directory(options.state_folder()).value();
        sys::write_file(options.state_folder() / "acme-state.json", "{\"fail").value();
        auto keeper = start();
        run(*keeper, 1min);
        CHECK(keeper->status().origin == Origin::issued);
    }

    TEST_CASE_FIXTURE(Fixture, "an orderly stop in the middle is no failure") {
        stop_at_pause = true;
        {
            auto keeper = start();
            keeper->step(stop.get_token());
        }
        stop_at_pause = false;
        stop = std::stop_source();
        auto keeper = start();
        CHECK(keeper->status().last_error.empty());
        run(*keeper, 1min);
        CHECK(keeper->status().origin == Origin::issued);
        CHECK(ca.count("POST /new-order") == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "another CA in the settings is asked for a certificate at once") {
        {
            auto keeper = start();
            run(*keeper, 1min);
        }
        options.directory_url = "https://ca.test/dir?other";
        auto keeper = start();
        run(*keeper, 1min);
        CHECK(ca.count("GET /dir?other") >= 1);
    }

    TEST_CASE_FIXTURE(Fixture, "a workspace that cannot be written still serves and does not spin") {
        auto keeper = start();
        const auto active_before = active();
        std::filesystem::remove_all(options.workspace);
        sys::write_file(options.workspace, "a file where the folder was").value();
        CHECK(keeper->step(stop.get_token()) >= 1s);
        CHECK(active() == active_before);
    }

    TEST_CASE_FIXTURE(Fixture, "a certificate gets the next key once the DNS has shown it, and not before") {
        using Shown = certs::TlsaView::Shown;
        Shown shown = Shown::others;
        std::vector<std::string> asked;
        outside.tlsa = [&](const std::string& digest) {
            asked.push_back(digest);
            return certs::TlsaView{.shown = shown, .ttl = 1h};
        };
        const certs::LiveFolder live{.letsencrypt = options.letsencrypt(), .hostname = options.hostname};
        const auto next = [&] { return certs::tlsa_digest(certs::kept_next_key(live).value()); };
        const auto served = [&] { return certs::tlsa_digest(active_pair().key); };
        const auto renew = [&](certs::Keeper& keeper) {
            clock.time = *keeper.status().next_attempt + 1s;
            run(keeper, 2min);
        };
        bool with_next = false;
        ca.chain = [&] {
            const auto key = with_next ? certs::kept_next_key(live) : certs::kept_server_key(live);
            return crypto::chain_pem(tests::pair_for(key.value(), clock.time).chain);
        };
        auto keeper = start();
        run(*keeper, 2min);
        const auto first = served(), second = next();
        CHECK(first != second);
        CHECK(certs::published(options).keys == std::vector{first, second});
        CHECK(asked.front() == second);

        for (const auto what : {Shown::others, Shown::unknown}) {
            shown = what;
            renew(*keeper);
            CHECK(served() == first);
        }
        shown = Shown::next;
        renew(*keeper);  // seen for the first time
        CHECK(served() == first);
        with_next = true;
        renew(*keeper);
        CHECK(served() == second);
        CHECK(certs::tlsa_digest(server_key()) == second);
        const auto third = next();
        CHECK(third != second);
        CHECK(certs::published(options).keys == std::vector{second, third});
        CHECK(asked.back() == third);
        CHECK(keeper->status().last_error.empty());

        shown = Shown::nothing;
        renew(*keeper);
        CHECK(served() == third);
    }

    TEST_CASE_FIXTURE(Fixture, "killed after the certificate with the next key came, a start goes on with it") {
        const certs::LiveFolder live{.letsencrypt = options.letsencrypt(), .hostname = options.hostname};
        outside.tlsa = [](const std::string&) { return certs::TlsaView{}; };
        auto keeper = start();
        run(*keeper, 2min);
        const auto next = certs::kept_next_key(live).value();
        certs::install(live, tests::pair_for(next, clock.time), clock.time).value();
        keeper = start();
        run(*keeper, 2min);
        CHECK(certs::tlsa_digest(server_key()) == certs::tlsa_digest(next));
        CHECK(certs::tlsa_digest(certs::kept_next_key(live).value()) != certs::tlsa_digest(next));
    }
}
