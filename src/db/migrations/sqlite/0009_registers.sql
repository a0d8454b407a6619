-- Banks and channels, direct-pay accounts, repair shops, clauses.
CREATE TABLE bank (
  id       INTEGER PRIMARY KEY,
  code     TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  -- number of the head office in the payment system, empty while nobody has entered it
  cnaps    TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL
) STRICT;

-- Other names people write; folded, so that one name leads to one bank.
CREATE TABLE bank_alias (
  alias     TEXT PRIMARY KEY,
  bank_code TEXT NOT NULL REFERENCES bank (code)
) STRICT;

-- First digits of the bank's cards. They warn and fill in, and never decide.
CREATE TABLE bank_bin (
  prefix    TEXT PRIMARY KEY,
  bank_code TEXT NOT NULL REFERENCES bank (code)
) STRICT;

-- Whether transfers to a bank are open, and whether it is a designated one; in force at a moment is the last row by
-- from_at and id that is not after it. Nothing is changed or taken away.
CREATE TABLE bank_channel (
  id         INTEGER PRIMARY KEY,
  bank_code  TEXT NOT NULL REFERENCES bank (code),
  open       INTEGER NOT NULL,
  designated INTEGER NOT NULL,
  from_at    INTEGER NOT NULL,
  reason     TEXT NOT NULL,
  set_by     TEXT NOT NULL,
  set_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX bank_channel_bank ON bank_channel (bank_code, from_at, id);

-- An account on record for a payee; used once a second person has verified it, until it is disabled.
CREATE TABLE direct_account (
  id             INTEGER PRIMARY KEY,
  payee          TEXT NOT NULL,
  payee_key      TEXT NOT NULL,
  id_kind        TEXT NOT NULL,
  id_no          TEXT NOT NULL,
  account_kind   TEXT NOT NULL,
  bank_code      TEXT NOT NULL REFERENCES bank (code),
  bank           TEXT NOT NULL,
  account        TEXT NOT NULL,
  -- the account backwards, so that its tail is found by an index
  account_tail   TEXT NOT NULL,
  holder         TEXT NOT NULL,
  entered_at     INTEGER NOT NULL,
  entered_by     INTEGER NOT NULL,
  verified_at    INTEGER,
  verified_by    INTEGER,
  disabled_at    INTEGER,
  disabled_by    INTEGER,
  disable_reason TEXT NOT NULL
) STRICT;
CREATE INDEX direct_account_id_no ON direct_account (id_no, id);
CREATE INDEX direct_account_payee ON direct_account (payee_key, id);
CREATE INDEX direct_account_tail  ON direct_account (account_tail, id);
CREATE INDEX direct_account_waits ON direct_account (id) WHERE verified_at IS NULL AND disabled_at IS NULL;

-- A repair shop is one by its credit code; each verification is a row, the last one holds.
CREATE TABLE shop (
  id       INTEGER PRIMARY KEY,
  uscc     TEXT NOT NULL UNIQUE,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE shop_record (
  id           INTEGER PRIMARY KEY,
  shop_id      INTEGER NOT NULL REFERENCES shop (id),
  name         TEXT NOT NULL,
  licence      TEXT NOT NULL,
  account_kind TEXT NOT NULL,
  bank_code    TEXT NOT NULL REFERENCES bank (code),
  bank         TEXT NOT NULL,
  account      TEXT NOT NULL,
  agent        TEXT NOT NULL,
  agent_id_no  TEXT NOT NULL,
  phone        TEXT NOT NULL,
  verified_at  INTEGER NOT NULL,
  verified_by  INTEGER NOT NULL,
  expires_on   TEXT NOT NULL,
  -- 1: from verified_at on the shop is paid no longer, for the reason given
  ended        INTEGER NOT NULL,
  reason       TEXT NOT NULL
) STRICT;
CREATE INDEX shop_record_shop ON shop_record (shop_id, id);

-- Articles of law in our own words and the office's own answers; of a code the highest version whose day has come is in force.
CREATE TABLE clause (
  id            INTEGER PRIMARY KEY,
  code          TEXT NOT NULL,
  version       INTEGER NOT NULL,
  title         TEXT NOT NULL,
  text          TEXT NOT NULL,
  source        TEXT NOT NULL,
  article       TEXT NOT NULL,
  kind          TEXT NOT NULL,
  -- what the title's pinyin begins with, by blanks
  initials      TEXT NOT NULL,
  from_day      TEXT NOT NULL,
  retired_at    INTEGER,
  retire_reason TEXT NOT NULL,
  reason        TEXT NOT NULL,
  added_by      TEXT NOT NULL,
  added_at      INTEGER NOT NULL,
  UNIQUE (code, version)
) STRICT;
CREATE INDEX clause_day ON clause (from_day, code);
