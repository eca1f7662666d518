-- The accounts as the first version kept them: one user, one alias.
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
PRAGMA user_version = 1;
-- The password is "secret".
INSERT INTO accounts VALUES('alice@alpha.example', '{SSHA256}k/BTz2qtq2MUGD4wxfR8rexMDyEnyANsLk06GyjUUZP2qmKi', 1700000000, 1700000000);
INSERT INTO aliases VALUES('sales@alpha.example', 'alice@alpha.example', 'file');
