-- One stage of the list in the order of the list; the steps of the first stage stand in the way of that order.
CREATE INDEX cases_open_stage ON cases (stage, due_at, id) WHERE open = 1;
-- The two constant columns are what makes this the nearer index for who asks for both.
CREATE INDEX cases_awaiting   ON cases (stage, step, due_at, id) WHERE open = 1 AND stage = 1 AND step = 5;
DROP INDEX cases_open_stage_due;
