#pragma once
/// The files by which mail programs set themselves up: Thunderbird's autoconfig, Outlook's Autodiscover, Apple's
/// profile. None has a password in it. Pure. What stands in them is of types that hold no markup (base/address.h).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/error.h"
#include "setup/endpoints.h"

namespace web {

/// The server mail programs connect to.
struct ClientServer {
    base::Hostname host;
    std::string site;  ///< "https://mail.example.org", with its port if that is not the usual one
    std::vector<setup::Endpoint> endpoints;
};

/// config-v1.1.xml. `login` is the user name, or a text in which the program replaces %EMAILADDRESS% and
/// %EMAILLOCALPART%. (https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat)
base::Result<std::string> autoconfig(const ClientServer& server, const base::Domain& domain, const std::string& login);

/// What a POST to autodiscover.xml asks for ([MS-OXDSCLI] §3.1.5).
struct AutodiscoverRequest {
    std::string address;      ///< as it came
    bool wants_mail = false;  ///< the answer may be in the schema for mail programs
};

/// Nothing for what is no such request. Reads no entities, and nothing with a "<!" in it: programs send neither.
std::optional<AutodiscoverRequest> read_autodiscover(std::string_view body);

base::Result<std::string> autodiscover(const ClientServer& server, const base::EmailAddress& address,
                                       const std::string& login);

/// The two errors programs understand.
enum class AutodiscoverFault { invalid_request = 600, other_schema = 601 };
base::Result<std::string> autodiscover_fault(AutodiscoverFault fault);

/// A .mobileconfig, the same at each call: a device that has it takes it for an update.
base::Result<std::string> apple_profile(const ClientServer& server, const base::EmailAddress& address,
                                        const std::string& login);

}  // namespace web
