#pragma once
/// Which certificate Postfix and Dovecot show to who asks for one of our further names (SNI, RFC 6066 §3). These files
/// change while the engines run, so they are none of an Engine's: whoever changes them reloads both.
#include <span>
#include <vector>

#include "base/address.h"
#include "engines/engine.h"

namespace engines {

/// The files for these names, each of which has its Paths::name_certificate(). To any other name the engines show
/// Paths::certificate().
std::vector<RenderedFile> sni_files(const Paths& paths, const base::Hostname& server,
                                    std::span<const base::Hostname> names);

}  // namespace engines
