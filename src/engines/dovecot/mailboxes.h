#pragma once
/// The part of Dovecot's configuration that says what mailboxes look like and how users reach them.
#include "engines/engine.h"
#include "render/render.h"
#include "settings/settings.h"

namespace engines {

/// Adds to `values` what the blocks for protocols, folders and details in dovecot.conf need.
void add_mailbox_values(render::Values& values, const settings::Settings& settings, const Paths& paths);

}  // namespace engines
