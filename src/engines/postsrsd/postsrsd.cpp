#include "engines/postsrsd/postsrsd.h"

#include "engines/sockets.h"

namespace engines {
namespace {

constexpr const char* loopback = "127.0.0.1";

/// Neither way leads from a word without @: "500 <reason>", which says that it lives and touches no address.
supervise::Probe refusal(int port) {
    return {.address = supervise::TcpAddress{.ip = loopback, .port = port}, .send = "get probe\n", .expect = "500 "};
}

}  // namespace

base::Result<Engine> postsrsd(const settings::Settings& settings, const Paths& paths) {
    Engine engine{.name = "postsrsd"};
    if (!settings.srs) return engine;
    const std::string jail = paths.run + "/postsrsd";
    // The 4 characters of a hash that are its default can be guessed: case does not count, so 2 million tries are
    // enough to have one mail relayed. 6 take 3 thousand million.
    const std::string hash_length = "6";
    engine.directories = {{.path = jail}};
    engine.services = {{.name = "postsrsd",
                        .argv = {"/usr/sbin/postsrsd",
                                 "-4",
                                 "-l",
                                 loopback,
                                 "-f",
                                 std::to_string(srs_forward_port),
                                 "-r",
                                 std::to_string(srs_reverse_port),
                                 "-d",
                                 settings.domain.str(),
                                 "-s",
                                 paths.srs_secret(),
                                 "-n",
                                 hash_length,
                                 "-N",
                                 hash_length,
                                 "-u",
                                 "postsrsd",
                                 "-c",
                                 jail},
                        .ready = {refusal(srs_forward_port), refusal(srs_reverse_port)},
                        .stop_timeout = std::chrono::seconds(2)}};
    return engine;
}

}  // namespace engines
