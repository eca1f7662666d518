#pragma once
/// What only a connection proves: that port 25 shows the right certificate, that the policy others fetch is ours, that
/// mail gets out, that no blocklist has our address. This folder decides what to try and judges what came back; who
/// calls check() tries it. Pure.
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ip.h"

namespace dnscheck {

/// A mail server to look at.
struct MailServer {
    base::IpAddress address;
    bool starttls = true;
};

struct Trials {
    std::vector<MailServer> mail_servers;
    std::vector<std::string> pages;  ///< URLs to fetch
};

enum class NoProof {
    unreachable,  ///< no connection: from here it may be so, and not from elsewhere
    refused       ///< it came to a connection, and not further
};

struct Failure {
    NoProof kind = NoProof::refused;
    std::string text;
};

/// In the order of the trials.
struct Proofs {
    std::vector<std::expected<std::string, Failure>> certificates;  ///< PEM, the server's own first
    std::vector<std::expected<std::string, Failure>> pages;
    base::SystemTime now;
};

using Prover = std::function<Proofs(const Trials&)>;

}  // namespace dnscheck
