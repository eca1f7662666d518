#pragma once
/// The text at the end of a start: who can log in, how, and what to do next. Pure.
#include <optional>
#include <string>

#include "base/secret.h"
#include "settings/settings.h"

namespace app {

struct ReadyFacts {
    std::optional<base::Secret> first_password;  ///< only when it was made for the operator and never shown
    std::string certificate;                     ///< "self-signed", "Let's Encrypt, valid until …"; may be empty
};

std::string ready_block(const settings::Settings& settings, const ReadyFacts& facts);

}  // namespace app
