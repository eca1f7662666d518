#pragma once
/// All engines in one include: `all()` in the order they start, and each by its name.
#include "engines/all.h"
#include "engines/dovecot/dovecot.h"
#include "engines/postfix/postfix.h"
#include "engines/rspamd/rspamd.h"
#include "engines/unbound/unbound.h"
#include "engines/valkey/valkey.h"
