#pragma once
/// The files of docker-mailserver's folder `config`. Pure: text in, values out. postfix-virtual.cf is read by
/// read_virtual() (tlo.h).
#include "moving/foreign.h"

namespace moving {

/// postfix-accounts.cf: user|hash[|attributes], with the quotas of dovecot-quotas.cf: user:size.
Read<ForeignAccount> read_dms_accounts(std::string_view accounts, std::string_view quotas);

/// postfix-regexp.cf: /pattern/ target[, target]. Taken when the pattern says the same here: the operator's own
/// patterns are anchored and without case there as here, `$1` and conditions are not.
Read<ForeignAlias> read_dms_patterns(std::string_view text);

/// A size as dovecot-quotas.cf has it: 500M, 5G, 1024; nothing when it is none. 0 is no limit.
std::optional<std::uint64_t> parse_dms_size(std::string_view text);

/// A DKIM key of config/rspamd/dkim by its name, rsa-2048-<selector>-<domain>.private.txt; nothing when it is none.
struct DkimName {
    std::string selector;
    std::string domain;
    bool operator==(const DkimName&) const = default;
};
std::optional<DkimName> parse_dms_key_name(std::string_view name);

}  // namespace moving
