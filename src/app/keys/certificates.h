#pragma once
/// The certificate of the running server: what the web server shows, the thread that keeps it fresh, and everybody who
/// must hear of a new one.
#include <memory>
#include <string>

#include "app/common/command.h"
#include "bootstrap/progress.h"
#include "bootstrap/start.h"
#include "net/http_server.h"
#include "web/site.h"

namespace app {

class Certificates {
  public:
    /// All references must outlive the object. The engines of `start` are looked at only after begin().
    static base::Result<Certificates> create(const bootstrap::Start& start, const bootstrap::Progress& progress,
                                             const Installation& here);
    Certificates(Certificates&&) noexcept;
    ~Certificates();

    /// Puts the best certificate there is in place, without the network. Returns what it is, in a few words.
    base::Result<std::string> prepare();
    /// The pair port 443 shows.
    std::shared_ptr<net::TlsIdentity> identity() const;
    /// How port 80 finds the answer to a challenge.
    web::FindChallenge find_challenge() const;
    /// Starts the threads, once the engines run: getting a certificate needs our resolver. The first outcome, or a
    /// minute without one, is reported as the end of the start.
    void begin();

  private:
    struct Impl;
    explicit Certificates(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace app
