/// JSON: what an ACME server, Dovecot, Postfix, a rule store and our own files say.
#include "json/json.h"
#include "acme/objects.h"
#include "alerts/alert.h"
#include "certs/state.h"
#include "dkim/ring.h"
#include "dnscheck/changes.h"
#include "dnscheck/snapshot.h"
#include "fuzz.h"
#include "policy/auth_words.h"
#include "queue/mail_queue.h"
#include "tlsrpt/event.h"

void fuzz::feed(std::string_view input) {
    (void)alerts::parse_report(input, {});
    (void)certs::parse_state(input);
    (void)dkim::parse_ring(input);
    (void)dnscheck::parse_memory(input);
    (void)dnscheck::parse_snapshot(input);
    (void)policy::parse_attempt(input);
    (void)policy::parse_outcome(input);
    (void)queue::parse(input);
    (void)tlsrpt::parse_datagram(input);
    const auto value = json::parse(input);
    if (!value) return must(!value.error().text.empty(), "a refusal has a reason");
    (void)acme::parse_directory(*value);
    (void)acme::parse_order(*value, "https://ca.example/order/1");
    (void)acme::parse_authorization(*value);
    (void)acme::parse_renewal_info(*value);
    const auto written = json::dump(*value);
    const auto again = json::parse(written);
    must(again && json::dump(*again) == written, "JSON is read as it is written");
}
