-- Attempts to tell the customer, inquiries, explanations, refusal notices; and rounds that wait to be opened.
CREATE TABLE attempt (
  id             INTEGER PRIMARY KEY,
  case_id        INTEGER NOT NULL REFERENCES cases (id),
  round          INTEGER NOT NULL,
  channel        TEXT NOT NULL,
  result         TEXT NOT NULL,
  -- agreed, asks, disputes; empty where nothing was said
  stance         TEXT NOT NULL,
  -- when the customer wants to be called; 1 beside it until another attempt was made
  call_back_at   INTEGER,
  call_back_open INTEGER NOT NULL,
  note           TEXT NOT NULL,
  -- when it happened, and why that is earlier than when it was recorded
  at             INTEGER NOT NULL,
  reason         TEXT NOT NULL,
  -- the attempt on another case of the accident in which this customer was told, or 0
  told_with      INTEGER NOT NULL,
  recorded_at    INTEGER NOT NULL,
  by_id          INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_case      ON attempt (case_id, round, id);
CREATE INDEX attempt_call_back ON attempt (call_back_at, id) WHERE call_back_open = 1;
CREATE INDEX attempt_waiting   ON attempt (case_id) WHERE call_back_open = 1;
CREATE INDEX attempt_told      ON attempt (at, id) WHERE result = 'told';

-- What a customer asks, disputes or complains of.
CREATE TABLE inquiry (
  id              INTEGER PRIMARY KEY,
  case_id         INTEGER NOT NULL REFERENCES cases (id),
  round           INTEGER NOT NULL,
  kind            TEXT NOT NULL,
  -- 1 = answered by a joint explanation of price verification and adjustment
  complex         INTEGER NOT NULL,
  -- 1 = a difficult complaint, which has the longer time
  long            INTEGER NOT NULL,
  text            TEXT NOT NULL,
  asked_at        INTEGER NOT NULL,
  asked_reason    TEXT NOT NULL,
  -- 1 = while it is open nothing is paid
  holds           INTEGER NOT NULL,
  meanwhile_at    INTEGER,
  first_answer_at INTEGER,
  due_at          INTEGER NOT NULL,
  resolved_at     INTEGER,
  outcome         TEXT NOT NULL,
  outcome_note    TEXT NOT NULL,
  recorded_at     INTEGER NOT NULL,
  by_id           INTEGER NOT NULL
) STRICT;
CREATE INDEX inquiry_case     ON inquiry (case_id, id);
CREATE INDEX inquiry_open     ON inquiry (due_at, id) WHERE resolved_at IS NULL;
CREATE INDEX inquiry_open_of  ON inquiry (case_id) WHERE resolved_at IS NULL;
CREATE INDEX inquiry_asked    ON inquiry (asked_at, id);
CREATE INDEX inquiry_resolved ON inquiry (resolved_at, id) WHERE resolved_at IS NOT NULL;

-- Which department has an inquiry; the row without back_at is in force.
CREATE TABLE referral (
  id         INTEGER PRIMARY KEY,
  inquiry_id INTEGER NOT NULL REFERENCES inquiry (id),
  department TEXT NOT NULL,
  who        TEXT NOT NULL,
  at         INTEGER NOT NULL,
  by_id      INTEGER NOT NULL,
  back_at    INTEGER
) STRICT;
CREATE INDEX referral_inquiry ON referral (inquiry_id, id);

-- An answer, with the clause it cites as the clause read then.
CREATE TABLE answer (
  id             INTEGER PRIMARY KEY,
  inquiry_id     INTEGER NOT NULL REFERENCES inquiry (id),
  text           TEXT NOT NULL,
  clause_id      INTEGER,
  clause_code    TEXT NOT NULL,
  clause_version INTEGER NOT NULL,
  clause_text    TEXT NOT NULL,
  at             INTEGER NOT NULL,
  by_id          INTEGER NOT NULL
) STRICT;
CREATE INDEX answer_inquiry ON answer (inquiry_id, id);

-- The joint written explanation; a later text of the same inquiry makes the earlier one void.
CREATE TABLE explanation (
  id             INTEGER PRIMARY KEY,
  inquiry_id     INTEGER NOT NULL REFERENCES inquiry (id),
  number         TEXT NOT NULL UNIQUE,
  text           TEXT NOT NULL,
  written_at     INTEGER NOT NULL,
  by_id          INTEGER NOT NULL,
  -- who confirmed, when, and the number of the paper they signed; an empty number = by own PIN
  verifier_id    INTEGER,
  verifier_at    INTEGER,
  verifier_paper TEXT NOT NULL,
  adjuster_id    INTEGER,
  adjuster_at    INTEGER,
  adjuster_paper TEXT NOT NULL,
  told_at        INTEGER,
  void_at        INTEGER
) STRICT;
CREATE INDEX explanation_inquiry ON explanation (inquiry_id, id);

CREATE TABLE refusal_notice (
  id      INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases (id),
  round   INTEGER NOT NULL,
  number  TEXT NOT NULL UNIQUE,
  reasons TEXT NOT NULL,
  at      INTEGER NOT NULL,
  by_id   INTEGER NOT NULL,
  void_at INTEGER
) STRICT;
CREATE INDEX refusal_notice_case ON refusal_notice (case_id, round, id);

CREATE TABLE refusal_delivery (
  id           INTEGER PRIMARY KEY,
  notice_id    INTEGER NOT NULL REFERENCES refusal_notice (id),
  case_id      INTEGER NOT NULL REFERENCES cases (id),
  round        INTEGER NOT NULL,
  how          TEXT NOT NULL,
  proof        TEXT NOT NULL,
  delivered_at INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  recorded_at  INTEGER NOT NULL,
  by_id        INTEGER NOT NULL
) STRICT;
CREATE INDEX refusal_delivery_case ON refusal_delivery (case_id, round, id);

-- A round that something has asked for (an upheld dispute): opened at once, or when the bank's result is in.
CREATE TABLE waiting_round (
  id           INTEGER PRIMARY KEY,
  case_id      INTEGER NOT NULL REFERENCES cases (id),
  start_step   INTEGER NOT NULL,
  reason_code  TEXT NOT NULL,
  reason       TEXT NOT NULL,
  -- what asked for it, such as `inquiry 12`
  source       TEXT NOT NULL UNIQUE,
  at           INTEGER NOT NULL,
  by_no        TEXT NOT NULL,
  opened_at    INTEGER,
  opened_round INTEGER
) STRICT;
CREATE INDEX waiting_round_case ON waiting_round (case_id, id) WHERE opened_at IS NULL;
