#pragma once
/// What the web server answers under /.well-known/acme-challenge/ (RFC 8555 §8.3). Filled by whoever asks for a
/// certificate, read by the web server's threads.
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace acme {

class ChallengeResponses {
  public:
    /// The text to answer with for this token.
    std::optional<std::string> find(std::string_view token) const;

    /// Holds an answer for as long as it lives; must not outlive the ChallengeResponses.
    class Held {
      public:
        Held(ChallengeResponses& responses, std::string token) : responses_(&responses), token_(std::move(token)) {}
        Held(Held&& other) noexcept
            : responses_(std::exchange(other.responses_, nullptr)), token_(std::move(other.token_)) {}
        Held& operator=(Held&&) = delete;
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;
        ~Held();

      private:
        ChallengeResponses* responses_;
        std::string token_;
    };
    [[nodiscard]] Held hold(std::string token, std::string response);

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::string, std::less<>> responses_;
};

}  // namespace acme
