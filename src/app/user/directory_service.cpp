#include "app/user/directory_service.h"

#include <sys/stat.h>

#include <cerrno>
#include <format>
#include <optional>

#include "accounts/alias.h"
#include "accounts/directory_users.h"
#include "app/common/repeated.h"
#include "app/common/warnings.h"
#include "base/text.h"
#include "engines/sockets.h"

namespace app {
namespace {

constexpr Rhythm check_rhythm{.first = std::chrono::seconds(10), .interval = std::chrono::seconds(20)};

std::vector<std::string> warnings_of(directory::Directory& directory) {
    const auto checked = directory.check();
    if (checked) return {};
    return {std::format("the directory ({}) cannot be asked, {}: {}", directory.options().uris,
                        directory.options().cached ? "only those it knew before can log in, and mail for others waits"
                                                   : "its users cannot log in, and their mail waits",
                        checked.error().text)};
}

}  // namespace

net::TableReply directory_answer(const accounts::Workspace& workspace, const accounts::Site& site,
                                 const std::string& table, const std::string& key) {
    const auto address = base::EmailAddress::parse(key);
    if (!address) return net::not_found();
    const auto people = accounts::directory_users(workspace, site, *address);
    if (!people) return net::temporary_failure(people.error().text);
    if (people->empty() || (table == "sender" && people->size() != 1)) return net::not_found();
    // Postfix asks a table like this one once, with the detail, and takes its answer as it is.
    std::string detail;
    if (table == "recipient")
        detail = key.substr(0, key.find('@')).substr(accounts::without_detail(key, site.recipient_delimiter).find('@'));
    std::vector<std::string> addresses;
    for (const auto& person : *people) {
        const auto at = person.address.find('@');
        addresses.push_back(person.address.substr(0, at) + detail + person.address.substr(at));
    }
    return net::found(base::join(addresses, ","));
}

struct DirectoryService::Impl {
    std::optional<net::SocketmapServer> server;
    std::optional<Repeated> checks;
};

DirectoryService::DirectoryService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DirectoryService::DirectoryService(DirectoryService&&) noexcept = default;
DirectoryService::~DirectoryService() = default;

base::Result<DirectoryService> DirectoryService::open(const accounts::Workspace& workspace, const accounts::Site& site,
                                                      const Installation& here) {
    auto impl = std::make_unique<Impl>();
    if (!site.directory) return DirectoryService(std::move(impl));
    const auto socket = engines::directory_socket(here);
    auto server =
        net::SocketmapServer::start({.socket = socket}, [workspace, site](const auto& table, const auto& key) {
            return directory_answer(workspace, site, table, key);
        });
    if (!server) return std::unexpected(server.error());
    if (::chmod(socket.c_str(), 0600) != 0)
        return base::fail(std::format("cannot close {} to others: {}", socket, base::errno_text(errno)));
    impl->server.emplace(std::move(*server));
    impl->checks.emplace(check_rhythm, [directory = site.directory, folder = here.warnings_folder()](const auto&) {
        write_warnings(folder, "directory", warnings_of(*directory));
    });
    return DirectoryService(std::move(impl));
}

}  // namespace app
