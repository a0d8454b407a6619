-- A case: its facts as they stand, and what the list needs (derived from the milestones of its round).
CREATE TABLE cases (
  id             INTEGER PRIMARY KEY,
  case_code      TEXT NOT NULL UNIQUE,
  case_no        TEXT NOT NULL,
  case_no_rev    TEXT NOT NULL,
  accident_no    TEXT NOT NULL,
  policy_no      TEXT NOT NULL,
  line           TEXT NOT NULL REFERENCES line (code),
  insured        TEXT NOT NULL,
  id_kind        TEXT NOT NULL,
  id_no          TEXT NOT NULL,
  id_rev         TEXT NOT NULL,
  phone          TEXT NOT NULL,
  phone_rev      TEXT NOT NULL,
  plate          TEXT NOT NULL,
  policy_end     TEXT NOT NULL,
  loss_date      TEXT NOT NULL,
  report_date    TEXT NOT NULL,
  claimed_at     INTEGER,
  papers_at      INTEGER,
  assessed       INTEGER,
  verified       INTEGER,
  payable        INTEGER,
  surveyor       TEXT NOT NULL,
  surveyor_id    INTEGER,
  surveyed_at    INTEGER,
  survey_place   TEXT NOT NULL,
  assessor       TEXT NOT NULL,
  assessor_id    INTEGER,
  verifier       TEXT NOT NULL,
  verifier_id    INTEGER,
  adjuster       TEXT NOT NULL,
  adjuster_id    INTEGER,
  payee          TEXT NOT NULL,
  holder         TEXT NOT NULL,
  bank           TEXT NOT NULL,
  account        TEXT NOT NULL,
  account_kind   TEXT NOT NULL,
  origin         TEXT NOT NULL,
  awaiting_core  INTEGER NOT NULL,
  core_differs   INTEGER NOT NULL,
  import_seq     INTEGER NOT NULL,
  received_at    INTEGER NOT NULL,
  version        INTEGER NOT NULL,
  round          INTEGER NOT NULL,
  -- derived by case::milestones, written by every act that touches them, recomputed by reconcile
  open           INTEGER NOT NULL,
  stage          INTEGER NOT NULL,
  step           INTEGER NOT NULL,
  due_at         INTEGER NOT NULL,
  due_kind       INTEGER NOT NULL,
  amount         INTEGER NOT NULL,
  closed_at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX cases_case_no   ON cases (case_no) WHERE case_no <> '';
CREATE INDEX cases_case_no_rev      ON cases (case_no_rev, id) WHERE case_no_rev <> '';
CREATE INDEX cases_accident         ON cases (accident_no, id) WHERE accident_no <> '';
CREATE INDEX cases_policy           ON cases (policy_no, id) WHERE policy_no <> '';
CREATE INDEX cases_id_rev           ON cases (id_rev, id) WHERE id_rev <> '';
CREATE INDEX cases_phone_rev        ON cases (phone_rev, id) WHERE phone_rev <> '';
CREATE INDEX cases_plate            ON cases (plate, id) WHERE plate <> '';
CREATE INDEX cases_open_due         ON cases (due_at, id) WHERE open = 1;
CREATE INDEX cases_open_stage_due   ON cases (stage, step, due_at, id) WHERE open = 1;
CREATE INDEX cases_open_line_due    ON cases (line, due_at, id) WHERE open = 1;
CREATE INDEX cases_awaiting_core    ON cases (line, accident_no, id) WHERE awaiting_core = 1;

-- One milestones record per round. NULL = not reached.
CREATE TABLE case_round (
  case_id        INTEGER NOT NULL REFERENCES cases (id),
  round          INTEGER NOT NULL,
  opened_at      INTEGER NOT NULL,
  start_step     INTEGER NOT NULL,
  reason_code    TEXT NOT NULL,
  reason         TEXT NOT NULL,
  taken_over     INTEGER NOT NULL,
  step1_at       INTEGER,
  step2_at       INTEGER,
  step3_at       INTEGER,
  step4_at       INTEGER,
  papers_at      INTEGER,
  notice_at      INTEGER,
  supplement_at  INTEGER,
  proposed       TEXT NOT NULL,
  outcome        TEXT NOT NULL,
  payable        INTEGER,
  paid_before    INTEGER NOT NULL,
  closed_at      INTEGER,
  approver       TEXT NOT NULL,
  batch_day      TEXT NOT NULL,
  archive_due    INTEGER,
  archive_edition TEXT NOT NULL,
  told_at        INTEGER,
  agreed_at      INTEGER,
  delivered_at   INTEGER,
  inquiry_holds  INTEGER NOT NULL,
  chosen_at      INTEGER,
  prechecked_at  INTEGER,
  paid_at        INTEGER,
  payment_mode   TEXT NOT NULL,
  receipt_at     INTEGER,
  sorted_at      INTEGER,
  bound_at       INTEGER,
  filed_at       INTEGER,
  box_text       TEXT NOT NULL,
  endorsed_by    TEXT NOT NULL,
  PRIMARY KEY (case_id, round)
) STRICT;
CREATE INDEX case_round_batch  ON case_round (batch_day, case_id) WHERE batch_day <> '';

-- Every confirmation of a step, in force or void; carried-over ones name the round they come from.
CREATE TABLE step_record (
  id            INTEGER PRIMARY KEY,
  case_id       INTEGER NOT NULL REFERENCES cases (id),
  round         INTEGER NOT NULL,
  step          INTEGER NOT NULL,
  carried_from  INTEGER NOT NULL,
  not_applicable INTEGER NOT NULL,
  reason        TEXT NOT NULL,
  person_id     INTEGER,
  second_id     INTEGER,
  amount        INTEGER,
  second_amount INTEGER,
  day           TEXT NOT NULL,
  place         TEXT NOT NULL,
  outcome       TEXT NOT NULL,
  on_behalf_of  INTEGER,
  happened_at   INTEGER,
  recorded_at   INTEGER NOT NULL,
  recorded_by   INTEGER NOT NULL,
  void_at       INTEGER,
  void_by       TEXT NOT NULL,
  void_reason   TEXT NOT NULL
) STRICT;
CREATE INDEX step_record_case ON step_record (case_id, round, step, id);
CREATE INDEX step_record_behalf ON step_record (on_behalf_of, id) WHERE on_behalf_of IS NOT NULL;

CREATE TABLE payable_item (
  step_record_id INTEGER NOT NULL REFERENCES step_record (id),
  position       INTEGER NOT NULL,
  name           TEXT NOT NULL,
  amount         INTEGER NOT NULL,
  PRIMARY KEY (step_record_id, position)
) STRICT;

-- Signatures of the fifth step: an endorsement waits for a higher one, a signature closes.
CREATE TABLE endorsement (
  id           INTEGER PRIMARY KEY,
  case_id      INTEGER NOT NULL REFERENCES cases (id),
  round        INTEGER NOT NULL,
  person_id    INTEGER NOT NULL REFERENCES person (id),
  on_behalf_of INTEGER,
  at           INTEGER NOT NULL,
  void_at      INTEGER
) STRICT;
CREATE INDEX endorsement_case ON endorsement (case_id, round, id);

-- Minutes of a consultation on a large case.
CREATE TABLE minutes (
  id         INTEGER PRIMARY KEY,
  case_id    INTEGER NOT NULL REFERENCES cases (id),
  round      INTEGER NOT NULL,
  held_on    TEXT NOT NULL,
  attendees  TEXT NOT NULL,
  conclusion TEXT NOT NULL,
  at         INTEGER NOT NULL,
  by_no      TEXT NOT NULL
) STRICT;
CREATE INDEX minutes_case ON minutes (case_id, round, id);

CREATE TABLE note (
  id      INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases (id),
  at      INTEGER NOT NULL,
  by_no   TEXT NOT NULL,
  text    TEXT NOT NULL
) STRICT;
CREATE INDEX note_case ON note (case_id, id);

-- The claim part of a case's checklist: one row per item and change, the last one is in force.
CREATE TABLE paper_mark (
  id      INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases (id),
  item    TEXT NOT NULL,
  state   TEXT NOT NULL,
  reason  TEXT NOT NULL,
  at      INTEGER NOT NULL,
  by_no   TEXT NOT NULL
) STRICT;
CREATE INDEX paper_mark_case ON paper_mark (case_id, item, id);

-- A row of the core system that may be the same case as one entered by hand.
CREATE TABLE pending_join (
  id         INTEGER PRIMARY KEY,
  case_id    INTEGER NOT NULL REFERENCES cases (id),
  case_no    TEXT NOT NULL,
  matched_on TEXT NOT NULL,
  row_json   TEXT NOT NULL,
  source     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  decision   TEXT NOT NULL,
  decided_at INTEGER,
  decided_by TEXT NOT NULL
) STRICT;
CREATE INDEX pending_join_open ON pending_join (case_id, id) WHERE decision = '';
CREATE INDEX pending_join_no   ON pending_join (case_no, id) WHERE decision = '';
