-- Banks and channels, direct-pay accounts, repair shops, the clause library.
CREATE TABLE clause (
  id         INTEGER PRIMARY KEY,
  code       TEXT NOT NULL,
  version    INTEGER NOT NULL,
  title      TEXT NOT NULL,
  text       TEXT NOT NULL,
  source     TEXT NOT NULL,
  article    TEXT NOT NULL,
  kind       TEXT NOT NULL,
  initials   TEXT NOT NULL,
  from_day   TEXT NOT NULL,
  retired_at INTEGER
) STRICT;
