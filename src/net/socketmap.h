#pragma once
/// Tables for Postfix over a socket (socketmap_table(5)): questions and answers as values, a handler that decides.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace net {

struct TableReply {
    enum class Status { found, not_found, temporary_failure };
    Status status = Status::not_found;
    std::string text;  ///< the value, or the reason of a failure
    bool operator==(const TableReply&) const = default;
};

TableReply found(std::string value);
TableReply not_found();
TableReply temporary_failure(std::string reason);

/// The whole netstring at the front of `buffer` (`5:hello,`), taken out of it; nothing while it is not complete. An
/// error for what will never be one, or is longer than a question can be.
base::Result<std::optional<std::string>> take_netstring(std::string& buffer);

/// A reply as it travels; one that is too long for Postfix becomes a temporary failure.
std::string encode(const TableReply& reply);

/// Called on a thread of the connection, several at once, with the name of the table and the key.
using TableHandler = std::function<TableReply(const std::string& table, const std::string& key)>;

struct SocketmapOptions {
    std::filesystem::path socket;  ///< made anew; whoever may write it may ask
    int threads = 100;             ///< one for each connection; further ones wait
};

/// Runs from start() until destruction.
class SocketmapServer {
  public:
    static base::Result<SocketmapServer> start(const SocketmapOptions& options, TableHandler handler);
    SocketmapServer(SocketmapServer&&) noexcept;
    SocketmapServer& operator=(SocketmapServer&&) noexcept;
    ~SocketmapServer();

  private:
    struct Impl;
    explicit SocketmapServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace net
