-- What choosing a payment keeps beside its instructions.

-- The account a customer first offered for a payee, for the coverage of the channels; never changed.
CREATE TABLE offered_account (
  id        INTEGER PRIMARY KEY,
  case_id   INTEGER NOT NULL REFERENCES cases (id),
  -- number of the payee's document, else the folded name
  payee_key TEXT NOT NULL,
  bank_code TEXT NOT NULL,
  bank      TEXT NOT NULL,
  -- whether transfers to the bank were open at that moment
  open      INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  by_no     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX offered_account_payee ON offered_account (case_id, payee_key);
CREATE INDEX offered_account_at ON offered_account (at, id);

-- What must not be a payee's: number, phone and account of the office's own people. The last row of a person holds.
CREATE TABLE person_private (
  id        INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES person (id),
  id_no     TEXT NOT NULL,
  phone     TEXT NOT NULL,
  account   TEXT NOT NULL,
  at        INTEGER NOT NULL,
  by_no     TEXT NOT NULL
) STRICT;
CREATE INDEX person_private_person ON person_private (person_id, id);
