#include "app/outbound/relay_watch.h"

#include <format>

#include "base/text.h"

namespace app {
namespace {

/// Postfix' own words; only the transports for relays log in anywhere.
constexpr std::string_view refused_login = "SASL authentication failed";
/// More relays than that do not fit into a warning; nobody has as many.
constexpr std::size_t most = 20;

std::string warning(std::string_view relay, std::string_view said) {
    return std::format(
        "the relay {} refuses the login, mail waits; it said: {}; see RELAY_USER in settings.env or "
        "./mailserver.sh relay list",
        base::printable(relay, 120), base::printable(said, 200));
}

/// "smtp.example.org:587" of "smtp.example.org[192.0.2.1]:587": a relay has many addresses and one mind about a login.
std::string name_of(std::string_view relay) {
    const auto open = relay.find('['), close = relay.rfind(']');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::string(relay);
    return std::format("{}{}", relay.substr(0, open), relay.substr(close + 1));
}

}  // namespace

void RelayWatch::read(const maillog::Entry& entry) {
    const auto* delivery = std::get_if<maillog::Delivery>(&entry.event);
    if (!delivery || entry.program() != "smtp") return;
    const auto relay = name_of(delivery->relay);
    if (delivery->outcome == maillog::Outcome::sent) {
        if (refusals_.erase(relay) == 0) return;
    } else if (delivery->text.starts_with(refused_login)) {
        if (refusals_.size() >= most && !refusals_.contains(relay)) return;
        const auto said = delivery->text.find("said: ");
        auto text = warning(relay, said == std::string::npos ? std::string_view(delivery->text)
                                                             : std::string_view(delivery->text).substr(said + 6));
        auto& known = refusals_[relay];
        if (known == text) return;
        known = std::move(text);
    } else {
        return;
    }
    std::vector<std::string> warnings;
    for (const auto& [from, text] : refusals_) warnings.push_back(text);
    tell_(warnings);
}

}  // namespace app
