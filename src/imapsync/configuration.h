#pragma once
/// What mbsync is to do, in its own words, and the command that does it.
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "imapsync/folder_map.h"

namespace imapsync {

/// What is kept the same, or copied once.
struct Job {
    std::string address;  ///< the mailbox here
    std::string host;     ///< the provider's server; its certificate must have this name
    unsigned port = 993;  ///< 993: TLS from the first octet; else STARTTLS
    std::string login;
    bool flags = true;     ///< what is read, answered or flagged on one side is so on the other
    bool two_way = false;  ///< what is new here is copied there, too
    bool expunge = false;  ///< what is deleted on one side is deleted on the other
    bool again = false;    ///< also tries mails that were refused before, for their size or a full mailbox
    std::string state;     ///< the folder for what mbsync must remember, absolute, without a final slash
};

/// The name of the folder with what mbsync remembers about an account there, below the user's home.
std::string state_name(std::string_view host, std::string_view login);

/// The file's name for one pair in it.
std::string state_file(const Pair& pair);

/// The configuration file; it holds no password: mbsync reads that from its stdin. usage: a value mbsync cannot read.
base::Result<std::string> configuration(const Job& job, const FolderMap& map);

/// mbsync with a configuration file; not as root, for what it reads comes from strangers, and never for longer than
/// who started it.
std::vector<std::string> command(const std::string& configuration_file);

}  // namespace imapsync
