#pragma once
/// Whether a port answers as its protocol wants it, TLS included, as another server or a mail program would find out,
/// and which certificates it shows. Nothing is verified here; judging them is the caller's matter. Around libcurl.
#include <chrono>
#include <expected>
#include <string>

#include "base/ip.h"

namespace net {

/// Where to connect, and in which protocol: "smtp", "imap" and "pop3" switch to TLS by STARTTLS, "smtps", "imaps",
/// "pop3s" and "https" begin with it.
struct PortProbe {
    std::string scheme = "smtp";
    base::IpAddress address;
    int port = 25;
    std::string hostname = {};  ///< what is asked for in the handshake (SNI); empty: nothing
    std::string greeting = {};  ///< the name we give in EHLO; empty: any
    std::string from = {};      ///< numeric, our own address; empty: any
    bool tls = true;            ///< false: a session without STARTTLS is enough
    std::chrono::milliseconds timeout{5'000};
};

struct PortAnswer {
    std::chrono::duration<double> took{};
    std::string certificates;  ///< the server's own first, PEM; empty without TLS
};

enum class ProbeFailure {
    unreachable,  ///< no connection
    no_tls,       ///< STARTTLS is not offered, or the handshake fails
    other,        ///< a connection, but no server that talks to us
};

struct ProbeError {
    ProbeFailure failure = ProbeFailure::other;
    std::string text;  ///< fit for a person
};

/// Connects, greets, completes the handshake and leaves; no login. Safe from any thread.
std::expected<PortAnswer, ProbeError> probe(const PortProbe& port);

}  // namespace net
