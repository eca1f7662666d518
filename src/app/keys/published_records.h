#pragma once
/// What the whole world sees of a record: keys wait for it, DKIM's before they sign, that of port 25 before a
/// certificate has it.
#include <string>
#include <vector>

#include "certs/plan.h"
#include "resolver/resolver.h"

namespace app {

/// The answers of all name servers in charge of the name; where none can be asked directly, the resolver's alone.
/// `dns` leads to them.
std::vector<resolver::Answer> said_everywhere(resolver::Resolver& dns, const std::string& name, resolver::Type type);

/// Every one of them shows this DKIM key.
bool shows_dkim_key(const std::vector<resolver::Answer>& said, std::string_view value);

/// What they say about the key with this digest, asked for the TLSA records of port 25.
certs::TlsaView tlsa_view(const std::vector<resolver::Answer>& said, std::string_view digest);

}  // namespace app
