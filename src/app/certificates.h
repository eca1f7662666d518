#pragma once
/// The certificate of the running server: what the web server shows, the thread that keeps it fresh, and everybody who
/// must hear of a new one.
#include <memory>
#include <thread>

#include "base/clock.h"
#include "bootstrap/progress.h"
#include "bootstrap/start.h"
#include "net/http_server.h"
#include "settings/settings.h"
#include "web/site.h"

namespace app {

class Certificates {
  public:
    /// All references must outlive the object.
    Certificates(const settings::Settings& settings, bootstrap::Start& start, const bootstrap::Progress& progress,
                 const base::Clock& clock);
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    /// The pair port 443 shows.
    std::shared_ptr<net::TlsIdentity> identity() const;
    /// How port 80 finds the answer to a challenge.
    web::FindChallenge find_challenge() const;
    /// Starts the thread, once the engines run: getting a certificate needs our resolver. The first outcome, or a
    /// minute without one, is reported as the end of the start.
    void begin();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace app
