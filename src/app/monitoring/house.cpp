#include "app/monitoring/house.h"

#include <filesystem>
#include <format>

#include "app/common/guarded_login.h"
#include "app/monitoring/link.h"
#include "app/monitoring/metrics_door.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "engines/monitoring/monitoring.h"
#include "engines/sockets.h"
#include "sys/files.h"

namespace app {
namespace {

constexpr std::size_t largest_answer = 16 * 1024 * 1024;
constexpr std::chrono::seconds store_patience{12};  // it ends a question itself after 10
constexpr std::chrono::seconds filter_patience{30};
constexpr const char* how_to_start = "It is started by ./start_monitoring.sh.";

net::HttpCall call_for(const web::Forward& request, const std::string& server) {
    return {.method = request.method,
            .url = server + request.target,
            .headers = request.headers,
            .body = request.body,
            .largest_body = largest_answer};
}

net::HttpResponse answer_of(net::HttpReply reply) {
    const auto type = reply.header("content-type");
    return {.status = reply.status,
            .content_type = type.empty() ? "application/octet-stream" : std::string(type),
            .body = std::move(reply.body),
            .headers = {}};
}

/// Adds the files below a folder, named `prefix` and their path in it.
void add_files(std::map<std::string, std::string>& files, const std::filesystem::path& folder,
               const std::string& prefix) {
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (!entry->is_regular_file()) continue;
        auto content = sys::read_file(entry->path());
        if (content) files.emplace(prefix + entry->path().lexically_relative(folder).string(), std::move(*content));
    }
}

}  // namespace

bool MonitoringHouse::is_login(const std::string& name, const base::Secret& password, const std::string& client) {
    const auto is = [](const std::string& a, const std::string& b) {
        return crypto::equal(crypto::sha256(a), crypto::sha256(b));
    };
    return guarded_login(guard_, login_nonce_, {.login = "monitoring", .client = client, .password = password},
                         [&]() -> base::Result<bool> {
                             const auto& expected = settings_.gf_security_admin_password;
                             const bool right_name = is(name, settings_.gf_security_admin_user);
                             const bool right_password = is(password.reveal(), expected.reveal());
                             return right_name && right_password && !expected.empty();
                         })
        .value_or(false);
}

base::Result<net::HttpResponse> MonitoringHouse::ask_store(const web::Forward& request) {
    const auto store = find_store_();
    if (!store) return std::unexpected(store.error());
    auto call = call_for(request, std::format("http://monitoring:{}", engines::store_port));
    call.address = store->address;
    call.timeout = store_patience;
    call.headers.emplace_back(
        "authorization", "Basic " + crypto::base64(std::format("{}:{}", engines::store_user, store->token.reveal())));
    auto reply = client_.send(call);
    if (!reply) {
        if (reply.error().failure == net::HttpFailure::too_large)
            return base::fail("The answer is too long: ask for less at a time.");
        return base::fail(std::format("The store of metrics does not answer. {}", how_to_start));
    }
    // Not the reader's login, but ours at the store.
    if (reply->status == 401)
        return base::fail(std::format("The store of metrics belongs to another server. {}", how_to_start));
    return answer_of(std::move(*reply));
}

base::Result<net::HttpResponse> MonitoringHouse::ask_filter(const web::Forward& request) {
    // Over this socket the controller asks for no password.
    auto call = call_for(request, "http://rspamd");
    call.unix_socket = engines::rspamd_controller_socket(here_);
    call.timeout = filter_patience;
    auto reply = client_.send(call);
    if (!reply) return base::fail("The spam filter does not answer: " + reply.error().error.text + ".");
    return answer_of(std::move(*reply));
}

base::Result<> MonitoringHouse::check_dns() {
    return begin_dns_check_();
}

base::Result<Store> find_store(const Installation& here) {
    const auto address = find(here, Side::monitoring);
    if (!address) return base::fail(std::format("The monitoring does not run. {}", how_to_start));
    auto token = read_metrics_token(here.metrics_token());
    if (!token) return std::unexpected(token.error());
    return Store{.address = *address, .token = std::move(*token)};
}

std::map<std::string, std::string> monitoring_pages(const Installation& here) {
    std::map<std::string, std::string> files;
    add_files(files, here.monitoring_files + "/viewer", "");
    add_files(files, here.monitoring_files + "/dashboards", "dashboards/");
    return files;
}

}  // namespace app
