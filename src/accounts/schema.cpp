#include "accounts/schema.h"

#include <array>

namespace accounts {
namespace {

constexpr std::string_view accounts_and_aliases = R"sql(
CREATE TABLE accounts(
    address TEXT NOT NULL PRIMARY KEY,
    password TEXT NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL);
CREATE TABLE aliases(
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    origin TEXT NOT NULL CHECK(origin IN ('file', 'system')),
    PRIMARY KEY(source, target));
CREATE INDEX aliases_by_target ON aliases(target);
CREATE TABLE facts(name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE system_aliases(source TEXT NOT NULL PRIMARY KEY);

CREATE VIEW lookup_mailbox(address) AS SELECT address FROM accounts;
CREATE VIEW lookup_password(address, password) AS SELECT address, password FROM accounts;
CREATE VIEW lookup_alias(source, target) AS
    SELECT source, target FROM aliases UNION ALL SELECT address, address FROM accounts;
CREATE VIEW lookup_sender(address, login) AS
    SELECT address, address FROM accounts
    UNION ALL
    SELECT a.source, a.target FROM aliases a
    WHERE EXISTS(SELECT 1 FROM accounts c WHERE c.address = a.target)
      AND NOT EXISTS(SELECT 1 FROM aliases o WHERE o.source = a.source AND o.target <> a.target)
      AND NOT EXISTS(SELECT 1 FROM accounts s WHERE s.address = a.source);
)sql";

/// Quotas, accounts that are off or only send, app passwords, grants, refused addresses, aliases of whole domains and
/// by pattern. `refusals` is derived: who takes no mail, and the aliases that lead to nobody else.
constexpr std::string_view rights_and_limits = R"sql(
ALTER TABLE accounts ADD COLUMN quota BIGINT;
ALTER TABLE accounts ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN send_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN reject_text TEXT NOT NULL DEFAULT '';
CREATE TABLE app_passwords(
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    created BIGINT NOT NULL,
    protocols TEXT NOT NULL,
    PRIMARY KEY(address, name));
CREATE TABLE protocols(name TEXT NOT NULL PRIMARY KEY);
INSERT INTO protocols(name) VALUES('imap'), ('pop3'), ('sieve'), ('smtp');
CREATE TABLE grants(login TEXT NOT NULL, sender TEXT NOT NULL, PRIMARY KEY(sender, login));
CREATE TABLE rejects(
    kind TEXT NOT NULL CHECK(kind IN ('sender', 'recipient')),
    pattern TEXT NOT NULL,
    origin TEXT NOT NULL CHECK(origin IN ('command', 'settings')),
    PRIMARY KEY(kind, pattern, origin));
CREATE TABLE domain_aliases(source TEXT NOT NULL PRIMARY KEY, target TEXT NOT NULL);
CREATE TABLE regexp_aliases(position INTEGER NOT NULL, pattern TEXT NOT NULL, target TEXT NOT NULL,
    PRIMARY KEY(position, target));
CREATE TABLE refusals(recipient TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL);

DROP VIEW lookup_mailbox;
DROP VIEW lookup_password;
DROP VIEW lookup_alias;
DROP VIEW lookup_sender;
CREATE VIEW lookup_mailbox(address, quota) AS SELECT address, quota FROM accounts;
CREATE VIEW lookup_password(address, password) AS SELECT address, password FROM accounts WHERE disabled = 0;
CREATE VIEW lookup_app_password(address, protocol, digest, name) AS
    SELECT p.address, k.name, p.digest, p.name
    FROM app_passwords p JOIN accounts a ON a.address = p.address AND a.disabled = 0
        JOIN protocols k ON instr(p.protocols, k.name) > 0;
CREATE VIEW lookup_alias(source, target) AS
    SELECT a.source, a.target FROM aliases a
    WHERE NOT EXISTS(SELECT 1 FROM refusals r WHERE r.recipient = a.target)
    UNION ALL
    SELECT address, address FROM accounts;
CREATE VIEW lookup_domain_alias(source, target) AS SELECT source, target FROM domain_aliases;
CREATE VIEW lookup_sender(address, login) AS
    SELECT address, address FROM accounts
    UNION ALL
    SELECT sender, login FROM grants
    UNION ALL
    SELECT a.source, a.target FROM aliases a
    WHERE EXISTS(SELECT 1 FROM accounts c WHERE c.address = a.target)
      AND NOT EXISTS(SELECT 1 FROM aliases o WHERE o.source = a.source AND o.target <> a.target)
      AND NOT EXISTS(SELECT 1 FROM accounts s WHERE s.address = a.source)
      AND substr(a.source, 1, 1) <> '@';
CREATE VIEW lookup_access(recipient, text) AS SELECT recipient, text FROM refusals;
CREATE VIEW lookup_reject(kind, pattern) AS SELECT DISTINCT kind, pattern FROM rejects;
)sql";

constexpr std::string_view relays = R"sql(
CREATE TABLE relays(
    sender TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    user TEXT NOT NULL,
    password TEXT NOT NULL,
    tls TEXT NOT NULL CHECK(tls IN ('verify', 'encrypt', 'may')));
CREATE VIEW lookup_relay(sender, transport, credentials) AS
    SELECT sender,
        CASE port WHEN 465 THEN 'relays-' ELSE 'relay-' END || tls || ':[' || host || ']:' || port,
        CASE user WHEN '' THEN NULL ELSE user || ':' || password END
    FROM relays;
)sql";

/// What the operator's directory said last about the addresses it knew. Our own accounts and aliases come first.
constexpr std::string_view directory_memory = R"sql(
CREATE TABLE directory_users(
    source TEXT NOT NULL,
    address TEXT NOT NULL,
    quota BIGINT,
    PRIMARY KEY(source, address));
CREATE VIEW lookup_any_mailbox(address, quota) AS
    SELECT address, quota FROM lookup_mailbox
    UNION ALL
    SELECT d.address, d.quota FROM directory_users d
    WHERE d.source = d.address AND NOT EXISTS(SELECT 1 FROM lookup_alias l WHERE l.source = d.address);
CREATE VIEW lookup_any_alias(source, target) AS
    SELECT source, target FROM lookup_alias
    UNION ALL
    SELECT d.source, d.address FROM directory_users d
    WHERE NOT EXISTS(SELECT 1 FROM lookup_alias l WHERE l.source = d.source);
)sql";

constexpr std::string_view syncs = R"sql(
CREATE TABLE syncs(
    address TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    login TEXT NOT NULL,
    password TEXT NOT NULL,
    every INTEGER NOT NULL,
    two_way INTEGER NOT NULL,
    expunge INTEGER NOT NULL,
    folders TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY(address, host, login));
)sql";

constexpr std::array steps{accounts_and_aliases, rights_and_limits, relays, directory_memory, syncs};

}  // namespace

std::span<const std::string_view> schema() {
    return steps;
}

}  // namespace accounts
