#include "app/monitoring/metrics.h"

#include <format>

#include "app/monitoring/metrics_door.h"
#include "engines/monitoring/monitoring.h"
#include "metrics/reference.h"
#include "net/http_client.h"

namespace app {
namespace {

base::Result<std::string> present_values(const std::string& path, const Installation& here) {
    constexpr std::string_view remedy = "The server must run, with METRICS=true in settings.env.";
    const auto token = read_metrics_token(here.metrics_token());
    if (!token) return base::fail(token.error().text, std::string(remedy), base::ErrorKind::not_running);
    const auto reply = net::CurlHttpClient("mailserver")
                           .send({.url = std::format("http://127.0.0.1:{}{}", engines::metrics_port, path),
                                  .headers = {{"Authorization", "Bearer " + token->reveal()}},
                                  .largest_body = std::size_t{64} << 20U,
                                  .stop = {}});
    if (!reply)
        return base::fail("cannot read the metrics: " + reply.error().error.text, std::string(remedy),
                          base::ErrorKind::not_running);
    if (reply->status != 200)
        return base::fail(std::format("cannot read the metrics: status {}: {}", reply->status, reply->body));
    return reply->body;
}

}  // namespace

base::ExitCode metrics_command(Arguments arguments, const Installation& here) {
    if (arguments.size() == 1 && arguments[0] == "--reference") return print(metrics::reference());
    if (arguments.empty()) return print(present_values("/metrics", here));
    if (arguments.size() == 1 && (arguments[0] == "dovecot" || arguments[0] == "rspamd"))
        return print(present_values("/metrics/" + std::string(arguments[0]), here));
    return report(usage_error("metrics", "[dovecot|rspamd] | --reference"));
}

}  // namespace app
