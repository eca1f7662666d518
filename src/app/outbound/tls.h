#pragma once
/// What the running server does about the TLS of others: it knows the policies Postfix asks for (MTA-STS), takes down
/// how TLS went, and reports that once a day (TLSRPT).
#include <memory>

#include "app/common/command.h"
#include "base/clock.h"
#include "settings/settings.h"

namespace app {

/// At work until destruction; Postfix may start from open() on.
class OutboundTls {
  public:
    /// All references must outlive the object.
    static base::Result<OutboundTls> open(const settings::Settings& settings, const Installation& here,
                                          const base::Clock& clock);
    OutboundTls(OutboundTls&&) noexcept;
    ~OutboundTls();

  private:
    struct Impl;
    explicit OutboundTls(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace app
