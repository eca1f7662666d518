#pragma once
/// The server writes itself a mail now and then, over each way a mail can come in, and reads it: proof that mail works
/// as a whole, from the queue over the filter and the mailbox to a login.
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/common/command.h"
#include "base/clock.h"
#include "base/secret.h"
#include "metrics/registry.h"

namespace app {

/// One way in: "smtp" (without a login; on the port for mail from here, since 25 takes nothing from loopback) or
/// "submission" (465, with a login).
struct ProbedWay {
    std::string way;
    double seconds = 0;   ///< until the mail was read
    std::string problem;  ///< empty: it was
};

struct ProbeRound {
    base::SystemTime ended;
    std::vector<ProbedWay> ways;
    bool good() const;
};

/// What the last round found; nothing before the first of this workspace.
std::optional<ProbeRound> last_probe(const Installation& here);

void fill_probe_figures(metrics::Registry& registry, const Installation& here);

class MailProbe {
  public:
    /// The references must outlive the object.
    MailProbe(const settings::Settings& settings, const Installation& here) : settings_(settings), here_(here) {}

    /// One round; one that fails is done again after some seconds before it counts. The outcome is kept, warned of,
    /// and when it is another one than before, told to the administrator, past the queue.
    void work(const std::stop_token& stop);

  private:
    ProbeRound probe(const std::stop_token& stop);
    base::Result<> prepare();

    const settings::Settings& settings_;
    const Installation& here_;
    base::Secret password_;  ///< of the account; empty: it has to be made first
};

}  // namespace app
