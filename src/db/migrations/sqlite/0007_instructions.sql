-- What the desks behind the sign-off share: payment instructions, offered accounts, and the count of prints.
ALTER TABLE case_round ADD COLUMN inquiry_due INTEGER;

-- One payment to one payee. A mended instruction is a new row that names the one it replaces.
CREATE TABLE instruction (
  id              INTEGER PRIMARY KEY,
  case_id         INTEGER NOT NULL REFERENCES cases (id),
  round           INTEGER NOT NULL,
  -- the first instruction of the chain of replacements; its own key where it is the first
  chain_id        INTEGER NOT NULL,
  -- the instruction it replaces, or 0
  replaces        INTEGER NOT NULL,
  state           TEXT NOT NULL,
  mode            TEXT NOT NULL,
  amount          INTEGER NOT NULL,
  payee_kind      TEXT NOT NULL,
  payee           TEXT NOT NULL,
  payee_id_kind   TEXT NOT NULL,
  payee_id_no     TEXT NOT NULL,
  payee_phone     TEXT NOT NULL,
  -- who comes in the payee's stead: guardian, agent, the repair shop's or the company's agent
  agent           TEXT NOT NULL,
  agent_id_kind   TEXT NOT NULL,
  agent_id_no     TEXT NOT NULL,
  -- number of the written mandate, as typed
  mandate         TEXT NOT NULL,
  shop_id         INTEGER,
  direct_id       INTEGER,
  account_kind    TEXT NOT NULL,
  bank_code       TEXT NOT NULL,
  bank            TEXT NOT NULL,
  branch          TEXT NOT NULL,
  cnaps           TEXT NOT NULL,
  account         TEXT NOT NULL,
  holder          TEXT NOT NULL,
  account_changed INTEGER NOT NULL,
  -- codes of why a second person reviews it, divided by blanks; empty = no review
  review_reasons  TEXT NOT NULL,
  reviewed_at     INTEGER,
  reviewed_by     INTEGER,
  -- codes a leader has overridden (特批), divided by blanks
  overrides       TEXT NOT NULL,
  override_by     INTEGER,
  override_reason TEXT NOT NULL,
  chosen_at       INTEGER NOT NULL,
  chosen_by       INTEGER NOT NULL,
  -- held by a reopening; not released before it is taken up again
  held            INTEGER NOT NULL,
  released_at     INTEGER,
  released_by     INTEGER,
  batch_id        INTEGER,
  -- when its end became known, and the bank's or the desk's reason for a bad one
  ended_at        INTEGER,
  end_reason      TEXT NOT NULL,
  paid_at         INTEGER,
  paid_by         INTEGER,
  -- serial of the receipt in use, empty before and without one
  receipt         TEXT NOT NULL,
  receipt_printed_at INTEGER,
  receipt_signed_at  INTEGER
) STRICT;
CREATE INDEX instruction_case    ON instruction (case_id, round, id);
CREATE INDEX instruction_live    ON instruction (state, mode, id) WHERE state IN ('chosen', 'released', 'sending', 'sent');
CREATE INDEX instruction_batch   ON instruction (batch_id, id) WHERE batch_id IS NOT NULL;
CREATE INDEX instruction_account ON instruction (account, amount, id) WHERE account <> '';
CREATE INDEX instruction_payee   ON instruction (payee_id_no, id) WHERE payee_id_no <> '';
CREATE INDEX instruction_paid    ON instruction (paid_at, id) WHERE paid_at IS NOT NULL;
CREATE INDEX instruction_receipt ON instruction (receipt, id) WHERE receipt <> '';

-- Every print by kind and subject; n counts its copies: the first is 1, later ones are 补打 n - 1.
CREATE TABLE print_log (
  id      INTEGER PRIMARY KEY,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  n       INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  by_no   TEXT NOT NULL
) STRICT;
CREATE INDEX print_log_subject ON print_log (kind, subject, n);
