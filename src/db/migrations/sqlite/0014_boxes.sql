-- Boxes, positions, shelves, loans and holders of files; receipt evidence and the work on a file.
CREATE TABLE shelf (
  id         INTEGER PRIMARY KEY,
  code       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;

-- A box holds files of one archive class, closing year and retention class; it gets its number among those of its kind.
CREATE TABLE box (
  id           INTEGER PRIMARY KEY,
  code         TEXT NOT NULL UNIQUE,
  class        TEXT NOT NULL,
  year         INTEGER NOT NULL,
  -- years its files are kept
  retention    INTEGER NOT NULL,
  number       INTEGER NOT NULL,
  full_at      INTEGER NOT NULL,
  -- the last position given; positions are never given again
  last_ordinal INTEGER NOT NULL,
  -- files that have their place here, those on loan included
  files        INTEGER NOT NULL,
  opened_at    INTEGER NOT NULL,
  opened_by    TEXT NOT NULL,
  closed_at    INTEGER,
  closed_by    TEXT NOT NULL,
  shelf_id     INTEGER REFERENCES shelf (id)
) STRICT;
CREATE UNIQUE INDEX box_number ON box (class, year, retention, number);
CREATE INDEX box_open ON box (class, year, retention, number) WHERE closed_at IS NULL;

-- The place of a file. A file that must go into another box leaves its position, which is kept with the reason.
CREATE TABLE box_position (
  box_id      INTEGER NOT NULL REFERENCES box (id),
  ordinal     INTEGER NOT NULL,
  case_id     INTEGER NOT NULL REFERENCES cases (id),
  filed_at    INTEGER NOT NULL,
  filed_by    TEXT NOT NULL,
  left_at     INTEGER,
  left_by     TEXT NOT NULL,
  left_reason TEXT NOT NULL,
  PRIMARY KEY (box_id, ordinal)
) STRICT;
CREATE UNIQUE INDEX box_position_case ON box_position (case_id) WHERE left_at IS NULL;

-- Where a box has stood; the last row is where it stands.
CREATE TABLE box_shelf (
  id       INTEGER PRIMARY KEY,
  box_id   INTEGER NOT NULL REFERENCES box (id),
  shelf_id INTEGER NOT NULL REFERENCES shelf (id),
  from_at  INTEGER NOT NULL,
  by_no    TEXT NOT NULL
) STRICT;
CREATE INDEX box_shelf_box ON box_shelf (box_id, id);

CREATE TABLE loan (
  id          INTEGER PRIMARY KEY,
  case_id     INTEGER NOT NULL REFERENCES cases (id),
  borrower    TEXT NOT NULL,
  borrower_id INTEGER,
  purpose     TEXT NOT NULL,
  out_at      INTEGER NOT NULL,
  out_by      TEXT NOT NULL,
  due_day     TEXT NOT NULL,
  returned_at INTEGER,
  returned_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX loan_open ON loan (case_id) WHERE returned_at IS NULL;
CREATE INDEX loan_due  ON loan (due_day, id) WHERE returned_at IS NULL;
CREATE INDEX loan_case ON loan (case_id, id);

CREATE TABLE loan_chase (
  id      INTEGER PRIMARY KEY,
  loan_id INTEGER NOT NULL REFERENCES loan (id),
  at      INTEGER NOT NULL,
  by_no   TEXT NOT NULL
) STRICT;
CREATE INDEX loan_chase_loan ON loan_chase (loan_id, id);

-- A file was asked for, and found by a scan of it.
CREATE TABLE find_request (
  id       INTEGER PRIMARY KEY,
  case_id  INTEGER NOT NULL REFERENCES cases (id),
  asked_at INTEGER NOT NULL,
  asked_by TEXT NOT NULL,
  asker    TEXT NOT NULL,
  found_at INTEGER,
  found_by TEXT NOT NULL
) STRICT;
CREATE INDEX find_request_open ON find_request (asked_at, id) WHERE found_at IS NULL;
CREATE INDEX find_request_case ON find_request (case_id, id);
CREATE INDEX find_request_found ON find_request (found_at, id) WHERE found_at IS NOT NULL;

-- A file handed on; who confirmed last has it. Before the first row it is with who confirmed step 2.
CREATE TABLE file_holder (
  id           INTEGER PRIMARY KEY,
  case_id      INTEGER NOT NULL REFERENCES cases (id),
  person_id    INTEGER NOT NULL REFERENCES person (id),
  handed_at    INTEGER NOT NULL,
  handed_by    TEXT NOT NULL,
  confirmed_at INTEGER
) STRICT;
CREATE INDEX file_holder_case ON file_holder (case_id, id);
CREATE INDEX file_holder_open ON file_holder (person_id, id) WHERE confirmed_at IS NULL;

-- Codes that nothing was known of, until somebody has looked at them.
CREATE TABLE scan_tray (
  id         INTEGER PRIMARY KEY,
  code       TEXT NOT NULL,
  at         INTEGER NOT NULL,
  by_no      TEXT NOT NULL,
  cleared_at INTEGER,
  cleared_by TEXT NOT NULL
) STRICT;
CREATE INDEX scan_tray_open ON scan_tray (id) WHERE cleared_at IS NULL;

-- What a round's receipt slot was passed with.
CREATE TABLE receipt_evidence (
  id             INTEGER PRIMARY KEY,
  case_id        INTEGER NOT NULL REFERENCES cases (id),
  round          INTEGER NOT NULL,
  -- the instruction it belongs to; 0 = the whole round
  instruction_id INTEGER NOT NULL,
  kind           TEXT NOT NULL,
  serial         TEXT NOT NULL,
  reason         TEXT NOT NULL,
  at             INTEGER NOT NULL,
  by_no          TEXT NOT NULL
) STRICT;
CREATE INDEX receipt_evidence_case ON receipt_evidence (case_id, round, id);
CREATE INDEX receipt_evidence_serial ON receipt_evidence (serial) WHERE serial <> '';

-- Sorting, binding and filing of a round: who did it, and the page total of the sorting.
CREATE TABLE file_work (
  id        INTEGER PRIMARY KEY,
  case_id   INTEGER NOT NULL REFERENCES cases (id),
  round     INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  pages     INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  by_id     INTEGER NOT NULL
) STRICT;
CREATE INDEX file_work_case ON file_work (case_id, round, id);
CREATE INDEX file_work_day  ON file_work (kind, at, id);

-- The contents list 卷内目录 as it was sorted.
CREATE TABLE file_content (
  work_id  INTEGER NOT NULL REFERENCES file_work (id),
  position INTEGER NOT NULL,
  item     TEXT NOT NULL,
  name     TEXT NOT NULL,
  pages    INTEGER NOT NULL,
  note     TEXT NOT NULL,
  PRIMARY KEY (work_id, position)
) STRICT;
