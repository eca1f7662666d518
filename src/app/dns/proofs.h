#pragma once
/// Tries what the DNS check wants tried: connections to port 25 and pages over HTTPS, all at the same time.
#include "dnscheck/proofs.h"
#include "settings/settings.h"

namespace app {

/// Takes some seconds at most, whatever answers.
dnscheck::Proofs prove(const dnscheck::Trials& trials, const settings::Settings& settings);

}  // namespace app
