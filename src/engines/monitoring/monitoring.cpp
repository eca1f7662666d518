#include "engines/monitoring/monitoring.h"

#include <format>

namespace engines {
namespace {

constexpr const char* user = "monitoring";
constexpr int rules_port = 8880;

/// scrape.yml names it.
std::string targets_file(const Paths& paths) {
    return paths.run + "/monitoring/server.json";
}

std::string notifier_file(const Paths& paths) {
    return paths.run + "/monitoring/notifier.json";
}

std::vector<std::string> as_user(std::vector<std::string> command) {
    std::vector<std::string> argv{"setpriv", "--reuid", user, "--regid", user, "--clear-groups"};
    argv.insert(argv.end(), command.begin(), command.end());
    return argv;
}

supervise::Probe health(int port) {
    return {.address = supervise::TcpAddress{.ip = "127.0.0.1", .port = port},
            .send = "GET /health HTTP/1.0\r\n\r\n",
            .expect = "OK"};
}

std::vector<std::string> store_command(const settings::Settings& settings, const Paths& paths) {
    // Answers about the last seconds, too: the pages shall be live. The caches on disk and of answers save a little
    // time, and take twice the memory after each restart.
    return {"/usr/bin/victoria-metrics", "-storageDataPath=" + monitoring_store(paths),
            std::format("-retentionPeriod={}d", settings.metrics_retention),
            std::format("-httpListenAddr=:{}", store_port), std::format("-httpAuth.username={}", store_user),
            "-httpAuth.password=file://" + monitoring_token_copy(paths),
            "-promscrape.config=" + paths.monitoring_files + "/scrape.yml", "-promscrape.fileSDCheckInterval=2s",
            // Mail needs the disk more than figures do.
            "-storage.minFreeDiskSpaceBytes=256MiB", "-memory.allowedBytes=32MB", "-search.disableCache",
            "-search.latencyOffset=5s", "-search.maxQueryDuration=10s", "-search.maxUniqueTimeseries=50000",
            // The metric `up` tells it, without a line in the log every few seconds.
            "-promscrape.suppressScrapeErrors", std::format("-vmalert.proxyURL=http://127.0.0.1:{}", rules_port),
            "-http.maxGracefulShutdownDuration=2s", "-loggerLevel=WARN"};
}

std::vector<std::string> rules_command(const settings::Settings& settings, const Paths& paths) {
    std::vector<std::string> argv{"/usr/bin/vmalert", "-rule=" + paths.monitoring_files + "/rules/*.yml"};
    for (const auto* role : {"datasource", "remoteRead", "remoteWrite"}) {
        argv.push_back(std::format("-{}.url=http://127.0.0.1:{}", role, store_port));
        argv.push_back(std::format("-{}.basicAuth.username={}", role, store_user));
        argv.push_back(std::format("-{}.basicAuth.passwordFile={}", role, monitoring_token_copy(paths)));
    }
    auto link = settings.monitoring_url();
    link.pop_back();  // it adds a slash of its own
    argv.insert(argv.end(), {"-notifier.config=" + notifier_file(paths), "-configCheckInterval=2s",
                             "-evaluationInterval=15s", "-rule.evalDelay=5s", "-external.url=" + link,
                             std::format("-httpListenAddr=127.0.0.1:{}", rules_port), "-loggerLevel=WARN"});
    return argv;
}

}  // namespace

std::string monitoring_token_copy(const Paths& paths) {
    return paths.run + "/monitoring/token";
}

std::string monitoring_store(const Paths& paths) {
    return paths.monitoring_data() + "/store";
}

std::vector<RenderedFile> server_address(const Paths& paths, const std::optional<base::IpAddress>& address) {
    const auto target = address ? std::format(R"("{}:{}")", address->str(), metrics_port) : std::string();
    // The figures keep their name when the server moves to another address.
    const auto named =
        std::format(R"([{{"targets":[{}],"labels":{{"instance":"mailserver:{}"}}}}])", target, metrics_port);
    const auto notifier = std::format(R"({{"static_configs":[{{"targets":[{}]}}],"bearer_token_file":"{}"}})", target,
                                      monitoring_token_copy(paths));
    return {{.path = targets_file(paths), .content = named + "\n"},
            {.path = notifier_file(paths), .content = notifier + "\n"}};
}

Engine monitoring(const settings::Settings& settings, const Paths& paths) {
    return {.name = "monitoring",
            .directories = {{.path = monitoring_store(paths), .mode = 0750, .user = user, .group = user},
                            {.path = paths.run + "/monitoring", .mode = 0750, .user = "root", .group = user}},
            .services = {{.name = "store",
                          .argv = as_user(store_command(settings, paths)),
                          .ready = {health(store_port)},
                          .stop_signal = SIGINT,
                          .stop_timeout = std::chrono::seconds(30),
                          // It first sorts out what a crash has left.
                          .start_timeout = std::chrono::minutes(2)},
                         {.name = "alerts",
                          .argv = as_user(rules_command(settings, paths)),
                          .needs = {"store"},
                          .ready = {health(rules_port)}}}};
}

}  // namespace engines
