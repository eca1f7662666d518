#include "app/log_listeners.h"

namespace app {

void LogListeners::heard(std::string_view service, std::string_view line) const {
    for (const auto& listener : lines) listener(service, line);
    const auto entry = maillog::parse(service, line);
    if (!entry) return;
    for (const auto& listener : events) listener(*entry);
}

}  // namespace app
