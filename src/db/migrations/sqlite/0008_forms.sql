-- The ledger of controlled forms: one log of movements, and where every number is now.

-- What kinds of forms there are; a further kind is a further row.
CREATE TABLE form_type (
  id      INTEGER PRIMARY KEY,
  code    TEXT NOT NULL UNIQUE,
  name    TEXT NOT NULL,
  name_en TEXT NOT NULL,
  -- the copies of one number in their order, divided by blanks
  copies  TEXT NOT NULL
) STRICT;
INSERT INTO form_type (id, code, name, name_en, copies) VALUES (1, 'receipt', '赔款收据', 'claim receipt', '存根联 记账联 红联');

-- Numbers that lie side by side and have one state and one holder. No two rows share a number; a row is split where a
-- part of it moves, and none is ever taken away.
CREATE TABLE form_range (
  id          INTEGER PRIMARY KEY,
  form        TEXT NOT NULL REFERENCES form_type (code),
  -- what stands before the digits, and how many digits there are
  prefix      TEXT NOT NULL,
  digits      INTEGER NOT NULL,
  first       INTEGER NOT NULL,
  last        INTEGER NOT NULL,
  state       TEXT NOT NULL,
  -- who has them; 0 = the store of blanks
  holder      INTEGER NOT NULL,
  -- the payment instruction a used one receipts, or 0
  instruction INTEGER NOT NULL,
  -- since when; and for those issued and not confirmed, until when they may be confirmed, else 0
  since       INTEGER NOT NULL,
  due         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX form_range_last ON form_range (prefix, digits, last);
CREATE INDEX form_range_holder      ON form_range (holder, since, first) WHERE state IN ('issued', 'held');
CREATE INDEX form_range_stock       ON form_range (form, prefix, digits, first) WHERE state = 'stock';
CREATE INDEX form_range_due         ON form_range (due, id) WHERE state = 'issued';
CREATE INDEX form_range_instruction ON form_range (instruction, id) WHERE instruction <> 0;

-- Every movement, in order; never changed and never removed. `hash` goes on from the row before.
CREATE TABLE form_movement (
  id          INTEGER PRIMARY KEY,
  form        TEXT NOT NULL,
  prefix      TEXT NOT NULL,
  digits      INTEGER NOT NULL,
  first       INTEGER NOT NULL,
  last        INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  from_state  TEXT NOT NULL,
  to_state    TEXT NOT NULL,
  from_holder INTEGER NOT NULL,
  to_holder   INTEGER NOT NULL,
  instruction INTEGER NOT NULL,
  due         INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  -- of a void: 'kept' when all copies are, 'missing' when a record of the loss follows
  copies      TEXT NOT NULL,
  at          INTEGER NOT NULL,
  by_id       INTEGER NOT NULL,
  by_no       TEXT NOT NULL,
  -- number of the journal row of the act
  journal     INTEGER NOT NULL,
  hash        TEXT NOT NULL
) STRICT;
CREATE INDEX form_movement_one  ON form_movement (prefix, digits, first, id) WHERE first = last;
CREATE INDEX form_movement_span ON form_movement (prefix, digits, first, id) WHERE first < last;
