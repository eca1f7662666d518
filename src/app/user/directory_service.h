#pragma once
/// The operator's directory (LDAP) in the running server: Postfix asks here who its users are, and the operator reads
/// in `status` when it cannot be asked.
#include <memory>
#include <string>

#include "accounts/site.h"
#include "accounts/workspace.h"
#include "app/common/command.h"
#include "net/socketmap.h"

namespace app {

/// What Postfix is answered. Tables: "recipient", those who get the mail for an address; "sender", the one who may send
/// as it. Neither knows what is an account or alias of our own.
net::TableReply directory_answer(const accounts::Workspace& workspace, const accounts::Site& site,
                                 const std::string& table, const std::string& key);

/// At work until destruction; Postfix may start from open() on.
class DirectoryService {
  public:
    /// Does nothing when the site has no directory.
    static base::Result<DirectoryService> open(const accounts::Workspace& workspace, const accounts::Site& site,
                                               const Installation& here);
    DirectoryService(DirectoryService&&) noexcept;
    ~DirectoryService();

  private:
    struct Impl;
    explicit DirectoryService(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace app
