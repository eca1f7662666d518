#include "imapsync/configuration.h"

#include <algorithm>
#include <format>

#include "crypto/digest.h"
#include "imapsync/folder.h"

namespace imapsync {
namespace {

// Of 1024 octets of a line mbsync reads no more.
constexpr std::size_t longest = 450;
constexpr std::string_view most_memory = "2147483648";

bool plain(std::string_view value) {
    return value.size() <= longest &&
           std::ranges::none_of(value, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

/// A word in quotes; mbsync escapes as IMAP does.
std::string word(std::string_view value) {
    return quoted(value);
}

std::string operations(const Job& job) {
    std::string text = "Sync PullNew";
    if (job.again) text += " PullOld";
    if (job.two_way) text += job.again ? " PushNew PushOld" : " PushNew";
    if (job.flags) text += " PullFlags PushFlags";
    if (job.expunge) text += " PullGone PushGone";
    return text + std::format("\nCreate {}\nExpunge {}\nCopyArrivalDate yes\n", job.two_way ? "Both" : "Near",
                              job.expunge ? "Both" : "None");
}

/// Dovecot itself, with nothing between but what hides deletions.
std::string tunnel(const Job& job) {
    return std::format("doveadm exec imap -u {}{}", job.address, job.expunge ? "" : " | mailserver hide-deleted");
}

}  // namespace

std::string state_name(std::string_view host, std::string_view login) {
    return crypto::sha256_hex(std::format("{}\n{}", host, login)).substr(0, 16);
}

std::string state_file(const Pair& pair) {
    auto near = pair.near;
    std::ranges::replace(near, '/', '!');  // as mbsync does it
    return crypto::sha256_hex(pair.far).substr(0, 16) + "-" + near;
}

base::Result<std::string> configuration(const Job& job, const FolderMap& map) {
    for (const auto* value : {&job.address, &job.host, &job.login, &job.state})
        if (value->empty() || !plain(*value))
            return base::fail("cannot tell mbsync the account: a value is empty, too long or has a control character",
                              "./mailserver.sh sync list shows all.", base::ErrorKind::usage);
    // What holds for all channels must come first.
    auto text = operations(job);
    text += std::format(
        "\nIMAPStore far\nHost {}\nPort {}\nUser {}\nPassCmd \"cat\"\nTLSType {}\nTimeout 60\nUseNamespace no\n",
        word(job.host), job.port, word(job.login), job.port == 993 ? "IMAPS" : "STARTTLS");
    if (!map.delimiter.empty()) text += std::format("PathDelimiter {}\n", word(map.delimiter));
    // What goes through the tunnel must be readable.
    text +=
        std::format("\nIMAPStore near\nTunnel {}\nTimeout 600\nDisableExtension COMPRESS=DEFLATE\n", word(tunnel(job)));
    int number = 0;
    for (const auto& pair : map.pairs) {
        if (!plain(pair.far) || !plain(pair.near)) continue;
        const auto file = state_file(pair);
        text += std::format("\nChannel c{}\nFar {}\nNear {}\nSyncState {}\n", ++number, word(":far:" + pair.far),
                            word(":near:" + pair.near), word(std::format("{}/{}-", job.state, file.substr(0, 16))));
    }
    return text;
}

std::vector<std::string> command(const std::string& configuration_file) {
    return {"prlimit",
            std::format("--as={}", most_memory),
            "nice",
            "-n",
            "10",
            "setpriv",
            "--reuid=mailuser",
            "--regid=mailuser",
            "--clear-groups",
            "--no-new-privs",
            "--pdeathsig=KILL",
            "mbsync",
            "--config",
            configuration_file,
            "--all"};
}

}  // namespace imapsync
