#include "net/socketmap.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include <algorithm>
#include <array>
#include <format>

#include "base/text.h"

namespace net {
namespace {

/// Postfix asks for names of up to 10,000 octets; nothing we know is that long.
constexpr std::size_t longest_question = 10'500;
/// socketmap_max_reply_size of Postfix.
constexpr std::size_t longest_reply = 100'000;
/// Postfix closes what it did not use for 10 seconds.
constexpr long patience_seconds = 15;

std::string netstring(std::string_view text) {
    return std::format("{}:{},", text.size(), text);
}

class Connection final : public Poco::Net::TCPServerConnection {
  public:
    Connection(const Poco::Net::StreamSocket& socket, const TableHandler& handler)
        : TCPServerConnection(socket), handler_(handler) {}

    void run() override {
        try {
            serve();
        } catch (const Poco::Exception&) {  // gone, or silent for too long: Postfix connects anew
        }
    }

  private:
    void serve() {
        socket().setReceiveTimeout(Poco::Timespan(patience_seconds, 0));
        socket().setSendTimeout(Poco::Timespan(patience_seconds, 0));
        std::string buffer;
        std::array<char, 4096> piece{};
        for (;;) {
            const auto question = take_netstring(buffer);
            if (!question) return;
            if (*question) {
                send(answer(**question));
                continue;
            }
            const int length = socket().receiveBytes(piece.data(), static_cast<int>(piece.size()));
            if (length <= 0) return;
            buffer.append(piece.data(), static_cast<std::size_t>(length));
        }
    }

    std::string answer(const std::string& question) const {
        const auto space = question.find(' ');
        if (space == std::string::npos) return encode(temporary_failure("this is not a question"));
        return encode(handler_(question.substr(0, space), question.substr(space + 1)));
    }

    void send(std::string_view text) {
        while (!text.empty()) {
            const int sent = socket().sendBytes(text.data(), static_cast<int>(text.size()));
            if (sent <= 0) throw Poco::Net::NetException("closed");
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    const TableHandler& handler_;
};

class Factory final : public Poco::Net::TCPServerConnectionFactory {
  public:
    explicit Factory(TableHandler handler) : handler_(std::move(handler)) {}
    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
        return new Connection(socket, handler_);  // Poco's contract: the server owns it
    }

  private:
    TableHandler handler_;
};

}  // namespace

TableReply found(std::string value) {
    return {.status = TableReply::Status::found, .text = std::move(value)};
}

TableReply not_found() {
    return {};
}

TableReply temporary_failure(std::string reason) {
    return {.status = TableReply::Status::temporary_failure, .text = std::move(reason)};
}

base::Result<std::optional<std::string>> take_netstring(std::string& buffer) {
    const auto broken = [] { return base::fail("this is no netstring of a question"); };
    const auto colon = buffer.find(':');
    if (colon == std::string::npos) {
        if (buffer.size() > 5 || buffer.find_first_not_of("0123456789") != std::string::npos) return broken();
        return std::nullopt;
    }
    const auto length = base::parse_number(std::string_view(buffer).substr(0, colon));
    if (!length || colon > 5 || *length > longest_question) return broken();
    if (buffer.size() < colon + 1 + *length + 1) return std::nullopt;
    if (buffer[colon + 1 + *length] != ',') return broken();
    auto text = buffer.substr(colon + 1, *length);
    buffer.erase(0, colon + 1 + *length + 1);
    return text;
}

std::string encode(const TableReply& reply) {
    switch (reply.status) {
        case TableReply::Status::found:
            if (reply.text.size() + 3 > longest_reply) return encode(temporary_failure("the answer is too long"));
            return netstring("OK " + reply.text);
        case TableReply::Status::not_found:
            return netstring("NOTFOUND ");
        case TableReply::Status::temporary_failure:
            break;
    }
    return netstring("TEMP " + base::printable(reply.text, 200));
}

struct SocketmapServer::Impl {
    Poco::ThreadPool threads;
    Poco::Net::TCPServer server;

    Impl(int most, TableHandler handler, const Poco::Net::ServerSocket& socket,
         const Poco::Net::TCPServerParams::Ptr& params)
        : threads(2, most), server(new Factory(std::move(handler)), threads, socket, params) {}
};

SocketmapServer::SocketmapServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SocketmapServer::SocketmapServer(SocketmapServer&&) noexcept = default;
SocketmapServer& SocketmapServer::operator=(SocketmapServer&&) noexcept = default;

SocketmapServer::~SocketmapServer() {
    if (!impl_) return;
    impl_->server.stop();
    impl_->threads.stopAll();
}

base::Result<SocketmapServer> SocketmapServer::start(const SocketmapOptions& options, TableHandler handler) {
    try {
        std::error_code ignored;
        std::filesystem::remove(options.socket, ignored);
        Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
        params->setMaxThreads(options.threads);
        params->setMaxQueued(options.threads * 2);
        Poco::Net::ServerSocket socket;
        socket.bind(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, options.socket.string()));
        socket.listen(128);
        auto impl = std::make_unique<Impl>(options.threads, std::move(handler), socket, params);
        impl->server.start();
        return SocketmapServer(std::move(impl));
    } catch (const Poco::Exception& error) {
        return base::fail(std::format("cannot serve tables at {}: {}", options.socket.string(), error.displayText()));
    }
}

}  // namespace net
