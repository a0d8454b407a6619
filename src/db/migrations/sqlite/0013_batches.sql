-- Batches of transfers, their files and results; cash counts.
CREATE TABLE batch (
  id       INTEGER PRIMARY KEY,
  batch_no TEXT NOT NULL,
  -- name of the bank's column map
  map      TEXT NOT NULL,
  -- made, sending, sent, ended, dissolved
  state    TEXT NOT NULL,
  lines    INTEGER NOT NULL,
  total    INTEGER NOT NULL,
  made_at  INTEGER NOT NULL,
  made_by  INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX batch_number ON batch (batch_no);
CREATE INDEX batch_open ON batch (id) WHERE state IN ('made', 'sending', 'sent');

-- What was put into a batch; stays when the batch is dissolved.
CREATE TABLE batch_line (
  batch_id       INTEGER NOT NULL REFERENCES batch (id),
  instruction_id INTEGER NOT NULL REFERENCES instruction (id),
  amount         INTEGER NOT NULL,
  PRIMARY KEY (batch_id, instruction_id)
) STRICT;
CREATE INDEX batch_line_instruction ON batch_line (instruction_id);

-- Written before the file leaves; the key keeps a second sending of a batch out for ever.
CREATE TABLE batch_sending (
  batch_id INTEGER PRIMARY KEY REFERENCES batch (id),
  at       INTEGER NOT NULL,
  by_id    INTEGER NOT NULL,
  file     TEXT NOT NULL,
  -- SHA-256 of the file, lower hex
  hash     TEXT NOT NULL,
  sent_at  INTEGER
) STRICT;

-- The bank's word recorded by two persons: of a whole batch (received, not_received) or of one instruction (a state).
CREATE TABLE bank_word (
  id             INTEGER PRIMARY KEY,
  batch_id       INTEGER NOT NULL REFERENCES batch (id),
  -- 0 = the whole batch
  instruction_id INTEGER NOT NULL,
  word           TEXT NOT NULL,
  reason         TEXT NOT NULL,
  at             INTEGER NOT NULL,
  first_id       INTEGER NOT NULL,
  second_id      INTEGER NOT NULL
) STRICT;
CREATE INDEX bank_word_batch ON bank_word (batch_id, id);

CREATE TABLE result_file (
  id       INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batch (id),
  -- SHA-256 of the file, lower hex
  hash     TEXT NOT NULL,
  name     TEXT NOT NULL,
  at       INTEGER NOT NULL,
  by_id    INTEGER NOT NULL,
  lines    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX result_file_once ON result_file (batch_id, hash);

-- Every row of a result file with what came of it; unknown ones are kept too.
CREATE TABLE result_line (
  file_id        INTEGER NOT NULL REFERENCES result_file (id),
  line           INTEGER NOT NULL,
  reference      TEXT NOT NULL,
  -- in fen, -1 where the bank gives none
  amount         INTEGER NOT NULL,
  status         TEXT NOT NULL,
  reason         TEXT NOT NULL,
  -- 0 = no instruction of the batch
  instruction_id INTEGER NOT NULL,
  verdict        TEXT NOT NULL,
  PRIMARY KEY (file_id, line)
) STRICT;

-- Column maps of banks added in the desk; of one name the latest is in force.
CREATE TABLE bank_map (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL,
  body  TEXT NOT NULL,
  at    INTEGER NOT NULL,
  by_id INTEGER NOT NULL
) STRICT;

-- Cash counted at the day's close; a recount is a later row.
CREATE TABLE cash_count (
  id         INTEGER PRIMARY KEY,
  day        TEXT NOT NULL,
  cashier_id INTEGER NOT NULL,
  lines      INTEGER NOT NULL,
  expected   INTEGER NOT NULL,
  counted    INTEGER NOT NULL,
  reason     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  first_id   INTEGER NOT NULL,
  second_id  INTEGER NOT NULL
) STRICT;
CREATE INDEX cash_count_day ON cash_count (day, cashier_id, id);

CREATE INDEX instruction_mend ON instruction (state, id) WHERE state IN ('failed', 'returned', 'stopped');
