#pragma once
/// `mailserver tls-report`: how TLS to others went, and sending the reports about it at once.
#include <string>
#include <vector>

#include "app/common/command.h"
#include "base/clock.h"
#include "net/http_client.h"
#include "resolver/stub_resolver.h"
#include "tlsrpt/reporter.h"

namespace app {

/// Everything reports are made and sent with.
struct TlsReporting {
    resolver::StubResolver resolver;
    net::CurlHttpClient http;
    base::RealClock clock;
    tlsrpt::Reporter reporter;

    explicit TlsReporting(const settings::Settings& settings);
    tlsrpt::Means means(tlsrpt::Store& store);
};

/// Domains whose promise (DANE, MTA-STS) was not kept yesterday or today, in a sentence; none when all were.
std::vector<std::string> tls_warnings(const Installation& here, base::SystemTime now);

base::ExitCode tls_report_command(Arguments arguments, const settings::Settings& settings, const Installation& here);

}  // namespace app
