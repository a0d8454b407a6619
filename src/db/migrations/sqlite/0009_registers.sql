-- Banks and channels, direct-pay accounts, repair shops, clauses.
CREATE TABLE bank (
  code       TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  prefixes   TEXT NOT NULL,
  designated INTEGER NOT NULL
) STRICT;
CREATE TABLE bank_channel (
  id        INTEGER PRIMARY KEY,
  bank_code TEXT NOT NULL REFERENCES bank (code),
  open      INTEGER NOT NULL,
  from_at   INTEGER NOT NULL
) STRICT;
CREATE TABLE direct_account (
  id           INTEGER PRIMARY KEY,
  payee        TEXT NOT NULL,
  id_no        TEXT NOT NULL,
  account_kind TEXT NOT NULL,
  bank_code    TEXT NOT NULL,
  bank         TEXT NOT NULL,
  account      TEXT NOT NULL,
  holder       TEXT NOT NULL,
  verified_at  INTEGER
) STRICT;
CREATE INDEX direct_account_id_no ON direct_account (id_no, id);
CREATE TABLE repair_shop (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  uscc        TEXT NOT NULL,
  bank        TEXT NOT NULL,
  account     TEXT NOT NULL,
  agent       TEXT NOT NULL,
  agent_id_no TEXT NOT NULL,
  phone       TEXT NOT NULL,
  verified_at INTEGER,
  expires_on  TEXT NOT NULL
) STRICT;
INSERT INTO bank (code, name, prefixes, designated) VALUES
  ('icbc', '工商银行', '622202', 1), ('ccb', '建设银行', '621700', 1), ('abc', '农业银行', '622848', 0),
  ('rcc', '农村信用社', '', 0);
INSERT INTO bank_channel (id, bank_code, open, from_at) VALUES
  (1, 'icbc', 1, 0), (2, 'ccb', 1, 0), (3, 'abc', 1, 0), (4, 'rcc', 0, 0);
