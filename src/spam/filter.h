#pragma once
/// What the spam filter learns and has learned: its controller, spoken to over HTTP on a Unix socket. Nothing here
/// judges mail.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http_client.h"

namespace spam {

enum class Kind { spam, ham };

/// "spam" or "ham", as people type it.
std::optional<Kind> kind_called(std::string_view text);
std::string_view name(Kind kind);

/// What became of one mail.
enum class Lesson {
    learned,
    known,     ///< the same mail was learned as the same kind before
    unusable,  ///< too short, or the filter cannot make sense of it
};

/// How many mails of each kind the filter has learned.
struct Learned {
    std::uint64_t spam = 0;
    std::uint64_t ham = 0;
    /// The filter trusts its memory from so many of each kind on (Rspamd's min_learns as shipped).
    static constexpr std::uint64_t needed = 200;
    bool in_use() const { return spam >= needed && ham >= needed; }
    bool operator==(const Learned&) const = default;
};

/// A longer mail is not learned from: spam is short, and the filter would be busy with it for seconds.
constexpr std::size_t largest_mail = 8 * 1024 * 1024;

class Filter {
  public:
    /// `client` must outlive this; `socket` is the controller's.
    Filter(net::HttpClient& client, std::string socket) : client_(client), socket_(std::move(socket)) {}

    /// One mail as it stands in a mailbox. Learned before as the other kind, it is unlearned there. Transient when the
    /// filter does not answer (kind not_running) or has trouble of its own.
    base::Result<Lesson> learn(Kind kind, std::string_view mail) const;

    /// The counts, up to two seconds old.
    base::Result<Learned> learned() const;

  private:
    base::Result<net::HttpReply> call(net::HttpCall call) const;

    net::HttpClient& client_;
    std::string socket_;
};

}  // namespace spam
