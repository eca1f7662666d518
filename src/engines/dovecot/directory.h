#pragma once
/// The part of Dovecot's configuration about the operator's directory (LDAP).
#include "engines/engine.h"
#include "render/render.h"

namespace engines {

/// What the template needs, with a directory and without.
void add_directory_values(render::Values& values, const settings::Settings& settings);

/// Adds the file with which Dovecot logs in there: root's alone. Nothing without a directory.
void add_directory_login(Engine& engine, const directory::Options& options);

}  // namespace engines
