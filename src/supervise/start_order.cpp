#include <algorithm>
#include <format>

#include "base/text.h"
#include "supervise/supervisor.h"

namespace supervise {
namespace {

bool has(const std::vector<Service>& services, const std::string& name) {
    return std::ranges::any_of(services, [&](const Service& service) { return service.name == name; });
}

}  // namespace

base::Result<std::vector<Service>> start_order(std::vector<Service> services) {
    for (const auto& service : services) {
        if (std::ranges::count(services, service.name, &Service::name) > 1)
            return base::fail(std::format("there are two services called {}", service.name));
        for (const auto& need : service.needs)
            if (!has(services, need))
                return base::fail(std::format("{} needs {}, which is no service", service.name, need));
    }
    std::vector<Service> ordered;
    while (!services.empty()) {
        const auto startable = std::ranges::find_if(services, [&](const Service& service) {
            return std::ranges::all_of(service.needs, [&](const std::string& need) { return has(ordered, need); });
        });
        if (startable == services.end()) {
            std::vector<std::string> names;
            for (const auto& service : services) names.push_back(service.name);
            return base::fail("these services need each other in a circle: " + base::join(names, ", "));
        }
        ordered.push_back(std::move(*startable));
        services.erase(startable);
    }
    return ordered;
}

}  // namespace supervise
