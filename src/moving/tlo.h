#pragma once
/// The files of a workspace of t-lo's mailserver. Pure: text in, values out.
#include "moving/foreign.h"

namespace moving {

/// etc/dovecot/passwd (Dovecot's passwd-file): user:hash:uid:gid:gecos:home:shell:extra
Read<ForeignAccount> read_passwd(std::string_view text, std::string_view file);

/// The addresses of etc/postfix/vuser, one a line with something behind it.
Read<std::string> read_vuser(std::string_view text, std::string_view file);

/// etc/postfix/valias: "source target[, target]". Lines that start with a space go on with the line before.
Read<ForeignAlias> read_virtual(std::string_view text, std::string_view file);

/// What `name = value` says in a main.cf; empty when nothing does.
std::string main_cf_value(std::string_view text, std::string_view name);

}  // namespace moving
