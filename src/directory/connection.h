#pragma once
/// One connection to a directory: the wall around libldap. For one thread at a time.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "directory/options.h"

struct ldap;

namespace directory {

/// What was found: its name, and the values of the attributes asked for, in the order the directory gives them.
struct Entry {
    std::string dn;
    std::vector<std::vector<std::string>> values;  ///< one list for each attribute asked for
};

class Connection {
  public:
    /// Connects and binds as who looks people up. Every step has three seconds. All errors are transient.
    static base::Result<Connection> open(const Options& options);

    /// Everything below the base that matches; of the attributes the values. An error when there is more than `most`.
    base::Result<std::vector<Entry>> search(const std::string& base, const std::string& filter,
                                            const std::vector<std::string>& attributes, int most);

    /// Binds as somebody else; false: it is not the password, or the directory lets nobody in by it. For a connection
    /// of its own, which stays bound so.
    base::Result<bool> bind(const std::string& dn, const base::Secret& password);

  private:
    using Handle = std::unique_ptr<ldap, void (*)(ldap*)>;
    explicit Connection(Handle handle) : handle_(std::move(handle)) {}
    base::Error trouble(std::string_view doing, int code) const;

    Handle handle_;
};

}  // namespace directory
