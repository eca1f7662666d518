#pragma once
/// Another mail server as its files tell: what is there to be brought over, and what cannot be. Reads only.
#include <string>
#include <vector>

#include "moving/foreign.h"
#include "moving/tree.h"

namespace moving {

enum class Kind { tlo, docker_mailserver };

struct ForeignKey {
    std::string selector;
    std::string domain;  ///< empty: it signs for all domains
    std::string private_key;
    std::string where;
};

struct ForeignScript {
    std::string name;  ///< without ".sieve"
    std::string text;
    bool active = false;
};

/// A user's mail and scripts; `maildir` may be none.
struct ForeignMailbox {
    Folder maildir;
    std::string where;  ///< of the Maildir
    std::vector<ForeignScript> scripts;
};

struct ForeignServer {
    Kind kind = Kind::tlo;
    std::string domain;    ///< what names without one are in; empty: unknown
    std::string hostname;  ///< empty: unknown
    std::vector<ForeignAccount> accounts;
    std::vector<ForeignAlias> aliases;
    std::vector<ForeignKey> keys;
    std::vector<Finding> findings;
    bool has_certificates = false;  ///< below etc/letsencrypt
};

/// "a workspace of t-lo's mailserver"
std::string_view name(Kind kind);

/// The folders of another server. `mail` is where its mail is when that is elsewhere.
class Origin {
  public:
    /// Finds out by its files which server it was; not_found when it is none that is known here.
    static base::Result<Origin> open(const std::string& folder, const std::string& mail);

    Kind kind() const { return kind_; }
    base::Result<ForeignServer> read() const;
    ForeignMailbox mailbox(const std::string& address) const;
    /// Homes in the mail folder that belong to none of these addresses.
    std::vector<std::string> strays(const std::vector<ForeignAccount>& accounts) const;

  private:
    Origin(Kind kind, Folder config, Folder mail) : kind_(kind), config_(std::move(config)), mail_(std::move(mail)) {}
    ForeignServer read_tlo() const;
    ForeignServer read_docker_mailserver() const;

    Kind kind_;
    Folder config_;
    Folder mail_;
};

}  // namespace moving
