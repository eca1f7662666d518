#include "net/mail_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <format>
#include <memory>
#include <string_view>

#include "base/text.h"

namespace net {
namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using CurlList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t collect(char* data, std::size_t size, std::size_t count, void* target) {
    static_cast<std::string*>(target)->append(data, size * count);
    return size * count;
}

std::size_t hand_out(char* buffer, std::size_t size, std::size_t count, void* source) {
    auto& rest = *static_cast<std::string_view*>(source);
    const std::size_t taken = std::min(rest.size(), size * count);
    std::memcpy(buffer, rest.data(), taken);
    rest.remove_prefix(taken);
    return taken;
}

/// The last protocol lines the server sent, for the error text.
struct Session {
    Curl handle{curl_easy_init(), &curl_easy_cleanup};
    CurlList resolve{nullptr, &curl_slist_free_all};
    std::string headers;
    std::string body;

    Session(const MailServer& server, const std::string& scheme, int port, const std::string& path) {
        const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(handle.get(), option, value); };
        resolve.reset(
            curl_slist_append(nullptr, std::format("{}:{}:{}", server.hostname, port, server.address).c_str()));
        set(CURLOPT_RESOLVE, resolve.get());
        set(CURLOPT_URL, std::format("{}://{}:{}/{}", scheme, server.hostname, port, path).c_str());
        set(CURLOPT_CAINFO, server.ca_file.c_str());
        set(CURLOPT_CAPATH, nullptr);
        set(CURLOPT_TIMEOUT, static_cast<long>(server.timeout.count()));
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_NOPROXY, "*");
        set(CURLOPT_WRITEFUNCTION, &collect);
        set(CURLOPT_WRITEDATA, &body);
        set(CURLOPT_HEADERFUNCTION, &collect);
        set(CURLOPT_HEADERDATA, &headers);
    }

    void log_in(const MailServer& server) {
        curl_easy_setopt(handle.get(), CURLOPT_USERNAME, server.user.c_str());
        curl_easy_setopt(handle.get(), CURLOPT_PASSWORD, server.password.reveal().c_str());
    }

    base::Result<> perform(std::string_view what) {
        const CURLcode code = curl_easy_perform(handle.get());
        if (code == CURLE_OK) return {};
        const auto lines = base::split(base::trim(headers), '\n');
        return base::fail_transient(std::format("cannot {}: {} (the server's last words: {})", what,
                                                base::lower(curl_easy_strerror(code)),
                                                base::printable(base::trim(lines.back()))));
    }
};

/// The first number behind "* SEARCH", or nothing.
std::string first_found(std::string_view answer) {
    for (const auto line : base::split(answer, '\n')) {
        const auto words = base::words(line);
        if (words.size() > 2 && words[0] == "*" && words[1] == "SEARCH") return std::string(words[2]);
    }
    return {};
}

base::Result<> hand_over(Session& session, const std::string& sender, const std::string& recipient,
                         const std::string& message) {
    CURL* handle = session.handle.get();
    std::string_view rest = message;
    const CurlList recipients(curl_slist_append(nullptr, recipient.c_str()), &curl_slist_free_all);
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, sender.c_str());
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, &hand_out);
    curl_easy_setopt(handle, CURLOPT_READDATA, &rest);
    return session.perform("submit the message");
}

}  // namespace

base::Result<> submit(const MailServer& server, const std::string& sender, const std::string& recipient,
                      const std::string& message) {
    Session session(server, "smtps", 465, server.hostname);
    session.log_in(server);
    return hand_over(session, sender, recipient, message);
}

base::Result<> hand_in(const MailServer& server, int port, const std::string& recipient, const std::string& message) {
    Session session(server, "smtp", port, server.hostname);
    return hand_over(session, "", recipient, message);
}

base::Result<std::string> fetch_by_message_id(const MailServer& server, const std::string& message_id) {
    Session search(server, "imaps", 993, "INBOX");
    search.log_in(server);
    const auto command = std::format("UID SEARCH HEADER Message-ID \"{}\"", message_id);
    curl_easy_setopt(search.handle.get(), CURLOPT_CUSTOMREQUEST, command.c_str());
    if (const auto done = search.perform("search the mailbox"); !done) return std::unexpected(done.error());
    const auto uid = first_found(search.body);
    if (uid.empty()) return base::fail("the message is not in the mailbox", "", base::ErrorKind::not_found);

    Session fetch(server, "imaps", 993, std::format("INBOX/;UID={}", uid));
    fetch.log_in(server);
    if (const auto done = fetch.perform("read the message"); !done) return std::unexpected(done.error());
    return std::move(fetch.body);
}

}  // namespace net
