#include "settings/rows.h"

#include <algorithm>

#include "base/text.h"
#include "settings/values.h"

namespace settings {
namespace {

base::Result<> probe_interval(Settings& settings, std::string_view text) {
    const auto interval =
        text == "off" ? std::chrono::seconds(0) : base::parse_duration(text).value_or(std::chrono::seconds(1));
    if (text != "off" && (interval < std::chrono::minutes(1) || interval > std::chrono::days(7)))
        return base::fail("it must be a time from 1m to 7d, such as 15m, or off");
    settings.probe_interval = interval;
    return {};
}

base::Result<> debug(Settings& settings, std::string_view text) {
    constexpr std::string_view engines[] = {"postfix", "dovecot", "rspamd", "unbound"};
    auto pieces = parse_list(text);
    if (!pieces) return std::unexpected(pieces.error());
    settings.debug.clear();
    for (const auto piece : *pieces) {
        if (!std::ranges::contains(engines, piece))
            return base::fail("the engines are postfix, dovecot, rspamd and unbound");
        settings.debug.emplace_back(piece);
    }
    return {};
}

constexpr Row monitoring_table[] = {
    {.key = "TRACE_DAYS",
     .help = "For so many days ./mailserver.sh trace tells what happened to a mail. It is about who wrote to whom and "
             "when,\nnot about what; at most 256 MiB. 0: nothing is kept.",
     .default_text = "30",
     .example = "7",
     .section = "Following a mail",
     .assign = [](Settings& s, std::string_view v) { return into(s.trace_days, parse_count(v, 0, 3650)); }},
    {.key = "DEBUG",
     .help =
         "Engines (separated by commas) that tell much more in the log: postfix, dovecot, rspamd, unbound. Not their\n"
         "passwords; but switch it off again, the log grows fast.",
     .default_text = "",
     .example = "dovecot,rspamd",
     .assign = debug},
    {.key = "PROBE_INTERVAL",
     .help = "So often the server writes itself a mail and reads it, from 1m to 7d; when that fails or works again, "
             "ADMIN_USER\nis told. off: never.",
     .default_text = "15m",
     .example = "1h",
     .section = "Monitoring (safe to ignore if you don't use it)",
     .assign = probe_interval},
    {.key = "METRICS",
     .help = "true: collect metrics. ./start_monitoring.sh keeps them; the dashboards are at "
             "https://HOSTNAME/monitoring/,\n"
             "the pages of the spam filter at https://HOSTNAME/rspamd/.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.metrics, parse_switch(v)); }},
    {.key = "METRICS_PER_USER_LIMIT",
     .help = "So many accounts, those with most mail, have figures of their own; sums are always of all.",
     .default_text = "200",
     .example = "1000",
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.metrics_per_user_limit, parse_count(v, 0, 10'000)); }},
    {.key = "METRICS_RETENTION",
     .help = "How long metrics are kept: days or weeks, from 1d to 3650d.",
     .default_text = "60d",
     .example = "60d",
     .assign = [](Settings& s, std::string_view v) { return into(s.metrics_retention, parse_retention(v)); }},
    {.key = "ALERT_MAIL",
     .help = "true: ADMIN_USER gets a mail when something goes wrong and when it is well again; needs the monitoring.",
     .default_text = "true",
     .example = "false",
     .assign = [](Settings& s, std::string_view v) { return into(s.alert_mail, parse_switch(v)); }},
    {.key = "ALERT_WEBHOOK",
     .help = "URL that is sent the same as JSON, for ntfy, Slack, Matrix, Gotify and others (README.md, \"Alerts\").",
     .default_text = "",
     .example = "https://ntfy.example.org/?topic=mailserver",
     .secret = true,
     .assign = [](Settings& s, std::string_view v) { return into(s.alert_webhook, parse_webhook(v)); }},
    {.key = "GF_SECURITY_ADMIN_USER",
     .help = "Login name of the dashboards.",
     .default_text = "mail",
     .example = "mail",
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.gf_security_admin_user, base::Result<std::string>(v)); }},
    {.key = "GF_SECURITY_ADMIN_PASSWORD",
     .help =
         "Password of the dashboards. Choose a long one, the page is open to the internet; nobody can log in while it\n"
         "is empty.",
     .default_text = "",
     .example = "correct-horse-battery",
     .secret = true,
     .assign = [](Settings& s,
                  std::string_view v) { return into(s.gf_security_admin_password, base::Result<std::string>(v)); }},
    {.key = "GF_SERVER_ROOT_URL",
     .help =
         "Where links to the dashboards lead. With HTTPS on a port of your own: https://${HOSTNAME}:PORT/monitoring/",
     .default_text = "https://${HOSTNAME}/monitoring/",
     .example = "https://${HOSTNAME}:8443/monitoring/",
     .grafana_expands = true,
     .assign = [](Settings& s, std::string_view v) { return into(s.gf_server_root_url, parse_root_url(v)); }},
    {.key = "GF_SERVER_DOMAIN",
     .help = "This and the rest are for Grafana itself; they may stay, nothing here uses them.",
     .default_text = "${HOSTNAME}",
     .example = "${HOSTNAME}",
     .grafana_expands = true},
    {.key = "GF_LIVE_ALLOWED_ORIGINS",
     .help = "",
     .default_text = "https://${HOSTNAME}",
     .example = "https://${HOSTNAME}",
     .grafana_expands = true},
    {.key = "GF_SERVER_SERVE_FROM_SUBPATH",
     .help = "",
     .default_text = "true",
     .example = "true",
     .grafana_expands = true},
    {.key = "GF_USERS_ALLOW_SIGN_UP", .help = "", .default_text = "false", .example = "false", .grafana_expands = true},
    {.key = "GF_DASHBOARDS_MIN_REFRESH_INTERVAL",
     .help = "",
     .default_text = "1s",
     .example = "10s",
     .grafana_expands = true},
    {.key = "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH",
     .help = "",
     .default_text = "/etc/grafana/provisioning/dashboards/main.json",
     .example = "/etc/grafana/provisioning/dashboards/main.json",
     .grafana_expands = true},
    {.key = "GF_ANALYTICS_CHECK_FOR_UPDATES",
     .help = "",
     .default_text = "false",
     .example = "false",
     .grafana_expands = true},
};

}  // namespace

std::span<const Row> monitoring_rows() {
    return monitoring_table;
}

}  // namespace settings
