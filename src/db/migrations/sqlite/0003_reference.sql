-- Lines of insurance and working-day calendars.
CREATE TABLE line (
  code         TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  name_en      TEXT NOT NULL,
  class        TEXT NOT NULL,
  class_name   TEXT NOT NULL,
  class_name_en TEXT NOT NULL,
  checklist    TEXT NOT NULL,
  three_level  INTEGER NOT NULL,
  compulsory   INTEGER NOT NULL,
  position     INTEGER NOT NULL
) STRICT;

CREATE TABLE line_alias (
  alias     TEXT PRIMARY KEY,
  line_code TEXT NOT NULL REFERENCES line (code)
) STRICT;

-- The text of a year's calendar file as it was added; the last one of a year is in force.
CREATE TABLE calendar_file (
  id       INTEGER PRIMARY KEY,
  year     INTEGER NOT NULL,
  edition  TEXT NOT NULL,
  content  TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX calendar_file_year ON calendar_file (year, id);
