-- The store itself: its marks, counters, journal and search index.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- Counters are kept by the acts and recounted by reconcile.
CREATE TABLE counter (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

-- Append-only, hash-chained.
CREATE TABLE journal (
  seq     INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  person  TEXT NOT NULL,
  os_user TEXT NOT NULL,
  act     TEXT NOT NULL,
  subject TEXT NOT NULL,
  version INTEGER NOT NULL,
  payload TEXT NOT NULL,
  hash    TEXT NOT NULL
) STRICT;
CREATE INDEX journal_subject ON journal (subject, seq);

-- One-grams and two-grams of names; rowid = id * 8 + kind.
CREATE VIRTUAL TABLE search_name USING fts5 (
  grams, content='', contentless_delete=1, detail=none, tokenize='unicode61'
);
