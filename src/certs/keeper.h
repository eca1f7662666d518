#pragma once
/// Keeps the certificate of one name the best one there is: loads it, renews it, notices new files. Driven on a thread
/// (keepers.h); nothing waits for it, so no CA and no DNS can keep mail from flowing.
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "certs/issuer.h"
#include "certs/leads.h"
#include "certs/live_folder.h"
#include "certs/plan.h"
#include "certs/source.h"
#include "certs/state.h"

namespace certs {

/// For `mailserver status`, health and metrics.
struct Status {
    settings::TlsMode mode = settings::TlsMode::acme;
    Origin origin = Origin::self_signed;
    std::string subject, issuer, fingerprint;
    std::vector<std::string> names;
    base::SystemTime not_before{}, not_after{};
    std::optional<base::SystemTime> next_attempt;  ///< acme: when a certificate is asked for next
    std::string last_error, remedy;                ///< empty: all is well
    int failures = 0;                              ///< acme: tries in vain since the last certificate
};

class Keeper {
  public:
    /// `changed` is called by step() after another certificate was put in place.
    Keeper(Options options, Outside outside, std::function<void()> changed);

    /// Puts the best certificate in place, without the network; before the engines are started. An error only when
    /// not even a self-signed one could be written; never for a further name.
    base::Result<> prepare();

    /// One round of watching and, when it is time, asking the CA. Returns the time until the next one, from a second to
    /// a minute: the clock may jump and files may change.
    std::chrono::seconds step(const std::stop_token& stop);

    /// Safe from any thread.
    Status status() const;
    const base::Hostname& hostname() const { return options_.hostname; }
    /// New orders the CA got since then, a day back at most.
    int orders_since(base::SystemTime time) const;

  private:
    base::Result<bool> refresh();
    base::Result<bool> put_in_place(Source source, base::SystemTime now);
    bool without_source(const base::Error& error, base::SystemTime now);
    void tell_change() const;
    std::optional<std::chrono::seconds> hold_back();
    bool worse_than_current(const Source& source, base::SystemTime now) const;
    std::optional<InUse> in_use() const;
    std::chrono::seconds plan(const std::stop_token& stop);
    void ask_renewal_window(const crypto::Certificate& leaf, const std::stop_token& stop);
    void try_to_issue(const std::stop_token& stop);
    LiveFolder folder() const { return {.letsencrypt = options_.letsencrypt(), .hostname = options_.hostname}; }
    bool turns_keys() const;
    base::Result<> turn_keys();
    TlsaView look_for_next_key();
    void choose_key();
    void load_state();
    void save(const State& state);
    void note(const base::Error& trouble);
    void publish();

    Options options_;
    Outside outside_;
    std::function<void()> changed_;
    State state_, saved_;
    std::optional<Source> current_;
    bool live_usable_ = false;  ///< acme: the live folder holds what current_ is
    base::Error trouble_;       ///< with current_
    base::SystemTime noted_at_{};
    Leads leads_ = Leads::unknown;   ///< of a further name
    base::SystemTime look_again_{};  ///< where it leads, in seconds of the clock

    mutable std::mutex mutex_;
    Status status_;
};

/// A random number in [0, 1).
double random_fraction();

}  // namespace certs
