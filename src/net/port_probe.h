#pragma once
/// Whether a port answers as its protocol wants it, TLS included, as a mail program would find out. Around libcurl.
#include <chrono>
#include <string>

#include "base/error.h"

namespace net {

/// Where to connect, and in which protocol: "smtp", "imap" and "pop3" switch to TLS by STARTTLS, "smtps", "imaps",
/// "pop3s" and "https" begin with it.
struct PortProbe {
    std::string scheme;
    std::string hostname;  ///< what is asked for in the handshake (SNI)
    std::string address;   ///< numeric, of the server
    std::string from;      ///< numeric, our own; empty: any
    int port = 0;
    std::chrono::milliseconds timeout{5'000};
};

struct PortAnswer {
    std::chrono::duration<double> took{};
    std::string certificate;  ///< the server's own, PEM; verified is nothing
};

/// Connects, greets, completes the handshake and leaves; no login. The error says what went wrong.
base::Result<PortAnswer> probe(const PortProbe& port);

}  // namespace net
