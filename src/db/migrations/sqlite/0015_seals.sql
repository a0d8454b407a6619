-- The day's hand-over and its seal, the duty roster, the weekly spot check.

-- One row per sealed day. Nothing but who took over is ever added to it.
CREATE TABLE day_seal (
  day       TEXT PRIMARY KEY,
  -- what lies at or before this moment is on this sheet or an earlier one, UTC seconds
  as_of     INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,
  sealed_by INTEGER NOT NULL REFERENCES person (id),
  -- NULL: signed by one alone, to be taken over (单签待接收)
  taken_at  INTEGER,
  taken_by  INTEGER REFERENCES person (id),
  -- the journal's last row before the seal's own
  head_seq  INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  -- counts, list and settings as canonical JSON; the journal row of the seal holds the same
  body      TEXT NOT NULL,
  -- the sheet as it was printed
  sheet     TEXT NOT NULL
) STRICT;
CREATE INDEX day_seal_untaken ON day_seal (day) WHERE taken_at IS NULL;

-- Why a file was carried over from a day; the last row of a day and file counts.
CREATE TABLE carry_over (
  id      INTEGER PRIMARY KEY,
  day     TEXT NOT NULL,
  case_id INTEGER NOT NULL REFERENCES cases (id),
  round   INTEGER NOT NULL,
  reason  TEXT NOT NULL,
  at      INTEGER NOT NULL,
  by_no   TEXT NOT NULL
) STRICT;
CREATE INDEX carry_over_day  ON carry_over (day, case_id, round, id);
CREATE INDEX carry_over_case ON carry_over (case_id, id);

-- 更正 of a sealed day, printed on the next sheet.
CREATE TABLE day_correction (
  id         INTEGER PRIMARY KEY,
  day        TEXT NOT NULL,
  text       TEXT NOT NULL,
  at         INTEGER NOT NULL,
  by_no      TEXT NOT NULL,
  -- the sheet that printed it; empty until then
  printed_on TEXT NOT NULL
) STRICT;
CREATE INDEX day_correction_open ON day_correction (id) WHERE printed_on = '';

-- 值班表: each row says anew who is on duty on a day; the last one counts.
CREATE TABLE duty (
  id    INTEGER PRIMARY KEY,
  day   TEXT NOT NULL,
  at    INTEGER NOT NULL,
  by_no TEXT NOT NULL
) STRICT;
CREATE INDEX duty_day ON duty (day, id);
CREATE TABLE duty_person (
  duty_id   INTEGER NOT NULL REFERENCES duty (id),
  person_id INTEGER NOT NULL REFERENCES person (id),
  PRIMARY KEY (duty_id, person_id)
) STRICT;

-- One draw per ISO week, with its frozen population.
CREATE TABLE spot_draw (
  id              INTEGER PRIMARY KEY,
  week            TEXT NOT NULL UNIQUE,
  drawn_at        INTEGER NOT NULL,
  drawn_by        INTEGER NOT NULL,
  -- its own row of the journal: whatever was sealed by a later row did not exist at the draw
  seq             INTEGER NOT NULL,
  -- day and head of the seal the seed is taken from; empty and 64 zeros without one
  seal_day        TEXT NOT NULL,
  head            TEXT NOT NULL,
  seed            TEXT NOT NULL,
  rate            INTEGER NOT NULL,
  population      INTEGER NOT NULL,
  chosen          INTEGER NOT NULL,
  population_hash TEXT NOT NULL
) STRICT;
CREATE TABLE spot_member (
  draw_id   INTEGER NOT NULL REFERENCES spot_draw (id),
  case_id   INTEGER NOT NULL REFERENCES cases (id),
  round     INTEGER NOT NULL,
  case_code TEXT NOT NULL,
  class     TEXT NOT NULL,
  due_at    INTEGER NOT NULL,
  -- as it stood at the draw; NULL = unfiled
  filed_at  INTEGER,
  -- place in the order of its class, from 1
  place     INTEGER NOT NULL,
  chosen    INTEGER NOT NULL,
  PRIMARY KEY (draw_id, case_id, round)
) STRICT;
CREATE INDEX spot_member_chosen ON spot_member (draw_id, class, place) WHERE chosen = 1;
CREATE INDEX spot_member_case   ON spot_member (case_id, draw_id) WHERE chosen = 1;

-- What a checker found; the last row of a file counts.
CREATE TABLE spot_result (
  id         INTEGER PRIMARY KEY,
  draw_id    INTEGER NOT NULL REFERENCES spot_draw (id),
  case_id    INTEGER NOT NULL REFERENCES cases (id),
  round      INTEGER NOT NULL,
  result     TEXT NOT NULL,
  note       TEXT NOT NULL,
  checked_at INTEGER NOT NULL,
  checked_by INTEGER NOT NULL REFERENCES person (id)
) STRICT;
CREATE INDEX spot_result_draw ON spot_result (draw_id, case_id, round, id);

-- 整改事项
CREATE TABLE spot_finding (
  id         INTEGER PRIMARY KEY,
  draw_id    INTEGER NOT NULL REFERENCES spot_draw (id),
  case_id    INTEGER NOT NULL REFERENCES cases (id),
  round      INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  note       TEXT NOT NULL,
  due_day    TEXT NOT NULL,
  raised_at  INTEGER NOT NULL,
  raised_by  INTEGER NOT NULL,
  settled_at INTEGER,
  settled_by INTEGER REFERENCES person (id),
  settled    TEXT NOT NULL
) STRICT;
CREATE INDEX spot_finding_open ON spot_finding (due_day, id) WHERE settled_at IS NULL;
CREATE INDEX spot_finding_draw ON spot_finding (draw_id, case_id, round);

-- What is due when, what is due and not filed, what was filed when.
CREATE INDEX case_round_due     ON case_round (archive_due, case_id, round) WHERE archive_due IS NOT NULL;
CREATE INDEX case_round_unfiled ON case_round (archive_due, case_id, round) WHERE archive_due IS NOT NULL AND filed_at IS NULL;
CREATE INDEX case_round_filed   ON case_round (filed_at, case_id, round) WHERE filed_at IS NOT NULL;
