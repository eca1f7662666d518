#include "policy/door.h"

#include "base/log.h"

namespace policy {
namespace {

net::HttpResponse text(int status, std::string body) {
    return {.status = status, .body = std::move(body), .headers = {}};
}

net::HttpResponse bad(const base::Error& error) {
    return text(400, error.text + "\n");
}

net::HttpResponse verdict(const net::HttpRequest& request, const Door& door) {
    const auto attempt = parse_attempt(request.body);
    if (!attempt) return bad(attempt.error());
    return {.content_type = "application/json", .body = to_json(door.logins.decide(*attempt)), .headers = {}};
}

net::HttpResponse report(const net::HttpRequest& request, const Door& door) {
    const auto outcome = parse_outcome(request.body);
    if (!outcome) return bad(outcome.error());
    if (auto login = door.logins.learn(*outcome)) door.record(std::move(*login));
    if (!outcome->to_hash.empty()) door.renew_hash(outcome->attempt.login, outcome->to_hash);
    return {.content_type = "application/json", .body = to_json({}), .headers = {}};
}

net::HttpResponse may_send(const net::HttpRequest& request, const Door& door) {
    const auto submission = parse_submission(request.body);
    if (!submission) return bad(submission.error());
    const auto found = objection(*submission, door.served, door.may_send);
    if (!found) {
        base::log("policy", found.error().text);
        return text(503, "Nobody can tell.\n");
    }
    return text(200, *found ? "refuse " + **found : "allow");
}

net::HttpResponse outbound_verdict(const net::HttpRequest& request, const Door& door) {
    const auto mail = outbound::parse_mail(request.body);
    if (!mail) return bad(mail.error());
    return text(200, door.outbound.decide(*mail, door.clock.now()) == outbound::Verdict::hold ? "hold" : "pass");
}

}  // namespace

net::HttpResponse answer(const net::HttpRequest& request, const Door& door) {
    if (door.key.empty() || request.header(key_header) != door.key.reveal()) return text(403, "Not for you.\n");
    if (request.method != "POST") return text(405, "Only POST works here.\n");
    if (request.target == "/auth-policy?command=allow") return verdict(request, door);
    if (request.target == "/auth-policy?command=report") return report(request, door);
    if (request.target == "/may-send") return may_send(request, door);
    if (request.target == "/outbound") return outbound_verdict(request, door);
    if (request.target == "/reports") return door.reports(request);
    return text(404, "There is nothing here.\n");
}

}  // namespace policy
