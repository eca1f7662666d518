#pragma once
/// The text of one setting made into its value. Each parser answers with the reason when it refuses, worded so that it
/// reads on after `KEY='value': `. Pure; the table names the parser of each key.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/error.h"
#include "base/ip.h"

namespace settings {

/// `true` or `false`, nothing else: a typing mistake must not switch something off.
base::Result<bool> parse_switch(std::string_view text);

/// Octets: a number, or one with the suffix k, M or G (powers of 1024), from 64k to 1G.
base::Result<std::uint64_t> parse_size(std::string_view text);

/// What a mailbox may hold, in octets: a number, or one with the suffix b, k, M, G or T (powers of 1024), up to 1024T.
/// 0 is no limit.
base::Result<std::uint64_t> parse_quota(std::string_view text);

/// The same as a default for all: below 1M it is a forgotten unit.
base::Result<std::uint64_t> parse_default_quota(std::string_view text);

/// A score of the spam filter, more than 0 and at most 1000, or nothing for `off`.
base::Result<std::optional<double>> parse_score(std::string_view text);

/// The pieces of a comma list without spaces; an empty piece is refused.
base::Result<std::vector<std::string_view>> parse_list(std::string_view text);

/// A DKIM selector: labels of letters, digits and inner hyphens, joined by dots (RFC 6376 §3.1); also a file name.
base::Result<std::string> parse_selector(std::string_view text);

/// The local part of the admin account, lower-cased.
base::Result<std::string> parse_local_part(std::string_view text);

/// A file of the workspace, relative to it or absolute below /host; the answer is the absolute path in the container.
base::Result<std::string> parse_workspace_file(std::string_view text);

/// `https://host[:port][/path]` without user, spaces or quotes.
base::Result<std::string> parse_https_url(std::string_view text);

/// How long metrics are kept, in days: "60d", "8w", from 1 to 3650 days.
base::Result<unsigned> parse_retention(std::string_view text);

/// `http[s]://host[:port][/path]`, in which ${HOSTNAME} and ${DOMAIN} may stand; the answer still has them.
base::Result<std::string> parse_root_url(std::string_view text);

/// A URL of http or https without spaces, quotes or a user.
base::Result<std::string> parse_webhook(std::string_view text);

/// Where virus signatures come from: a host, a URL of http or https, or nothing for `off`.
base::Result<std::string> parse_mirror(std::string_view text);

/// An address of the wanted family that can be a server's own: neither loopback nor unspecified.
base::Result<base::IpAddress> parse_own_address(std::string_view text, bool v4);

/// The address of another machine's resolver.
base::Result<base::IpAddress> parse_forwarder(std::string_view text);

/// Networks, separated by commas: 192.0.2.0/24, 2001:db8::/32 or an address alone. Wider public ones than a /16
/// (IPv6: /29) are refused.
base::Result<std::vector<base::IpNetwork>> parse_networks(std::string_view text);

/// Mail folders, separated by commas: the special uses \Drafts, \Junk, \Sent and \Trash in any case, or names in UTF-8,
/// in which `*` stands for anything. `none`: no folder.
base::Result<std::vector<std::string>> parse_folders(std::string_view text);

/// A number from `least` to `most`.
base::Result<unsigned> parse_count(std::string_view text, unsigned least, unsigned most);

/// The login at somebody else's server: anything but a colon, which would separate it from the password.
base::Result<std::string> parse_login(std::string_view text);

/// verify, encrypt or may.
base::Result<std::string> parse_relay_tls(std::string_view text);

/// A first password: at least 8 characters.
base::Result<std::string> parse_password(std::string_view text);

}  // namespace settings
