-- Visits of customers and what they showed, also before the case is imported; the payment part of the checklist is kept
-- in paper_mark like the claim part, its item being the key, @ and whose the paper is.
ALTER TABLE paper_mark ADD COLUMN visit_id INTEGER;
CREATE INDEX paper_mark_visit ON paper_mark (visit_id, id) WHERE visit_id IS NOT NULL;

CREATE TABLE visit (
  id          INTEGER PRIMARY KEY,
  -- what the customer named; a case with one of these takes the visit over
  accident_no TEXT NOT NULL,
  policy_no   TEXT NOT NULL,
  plate       TEXT NOT NULL,
  line        TEXT NOT NULL,
  -- who came: a code, and the name as told
  came        TEXT NOT NULL,
  who         TEXT NOT NULL,
  -- the way to be paid that was talked about
  payee_kind  TEXT NOT NULL,
  mode        TEXT NOT NULL,
  -- the first submission of its case, or of its number before there is a case
  first       INTEGER NOT NULL,
  -- kept by every act that marks a paper in the visit: proof of identity, of the account lacking
  lacks_id    INTEGER NOT NULL,
  lacks_card  INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  by_no       TEXT NOT NULL
) STRICT;
CREATE INDEX visit_at       ON visit (at, id);
CREATE INDEX visit_accident ON visit (accident_no, id) WHERE accident_no <> '';
CREATE INDEX visit_policy   ON visit (policy_no, id) WHERE policy_no <> '';
CREATE INDEX visit_plate    ON visit (plate, id) WHERE plate <> '';

-- The cases a visit belongs to: one visit may serve all cases of an accident.
CREATE TABLE visit_case (
  visit_id INTEGER NOT NULL REFERENCES visit (id),
  case_id  INTEGER NOT NULL REFERENCES cases (id),
  at       INTEGER NOT NULL,
  by_no    TEXT NOT NULL,
  PRIMARY KEY (visit_id, case_id)
) STRICT;
CREATE INDEX visit_case_case ON visit_case (case_id, visit_id);

-- What was shown in a visit before there was a case; one row per item and change, the last one is in force.
CREATE TABLE visit_mark (
  id       INTEGER PRIMARY KEY,
  visit_id INTEGER NOT NULL REFERENCES visit (id),
  item     TEXT NOT NULL,
  state    TEXT NOT NULL,
  reason   TEXT NOT NULL,
  at       INTEGER NOT NULL,
  by_no    TEXT NOT NULL
) STRICT;
CREATE INDEX visit_mark_visit ON visit_mark (visit_id, item, id);
