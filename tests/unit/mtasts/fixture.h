#pragma once
/// A DNS, a web and a clock for the cases of MTA-STS.
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "net/http_client.h"
#include "resolver/resolver.h"

namespace mtasts {

/// Answers by name and type; what is not in it does not exist, proven. Safe from any thread.
class TableResolver final : public resolver::Resolver {
  public:
    using Resolver::query;
    std::vector<resolver::Answer> query(std::span<const resolver::Question> questions) override {
        const std::lock_guard lock(mutex_);
        std::vector<resolver::Answer> answers;
        for (const auto& question : questions) {
            const auto found = table_.find(question);
            answers.push_back(found == table_.end()
                                  ? resolver::Answer{.status = resolver::Status::no_such_name, .secure = true}
                                  : found->second);
        }
        return answers;
    }

    void set(const std::string& name, resolver::Type type, resolver::Answer answer) {
        const std::lock_guard lock(mutex_);
        table_[{name, type}] = std::move(answer);
    }
    void clear(const std::string& name, resolver::Type type) {
        const std::lock_guard lock(mutex_);
        table_.erase({name, type});
    }

  private:
    std::mutex mutex_;
    std::map<resolver::Question, resolver::Answer> table_;
};

inline resolver::Answer mx(std::vector<std::string> hosts, bool secure = true) {
    resolver::Answer answer{.status = resolver::Status::found, .secure = secure};
    for (auto& host : hosts) answer.exchanges.push_back({10, std::move(host)});
    return answer;
}

inline resolver::Answer address(bool secure = true, std::string canonical_name = {}) {
    return {.status = resolver::Status::found,
            .secure = secure,
            .canonical_name = std::move(canonical_name),
            .addresses = {base::IpAddress::parse("192.0.2.1").value()}};
}

inline resolver::Answer tlsa(std::string value, bool secure = true) {
    return {.status = resolver::Status::found, .secure = secure, .values = {std::move(value)}};
}

inline resolver::Answer txt(std::string text) {
    return {.status = resolver::Status::found, .texts = {std::move(text)}};
}

inline resolver::Answer failure() {
    return {.status = resolver::Status::failed};
}

inline const std::string good_tlsa = "3 1 1 " + std::string(64, 'a');

/// What answers is a function of the URL.
class FakeWeb final : public net::HttpClient {
  public:
    std::function<net::HttpResult(const net::HttpCall&)> answer;
    int calls = 0;

    net::HttpResult send(const net::HttpCall& call) override {
        ++calls;
        return answer(call);
    }
};

struct FakeClock final : base::Clock {
    base::SystemTime time{std::chrono::seconds(1'800'000'000)};
    base::SystemTime now() const override { return time; }
};

}  // namespace mtasts
