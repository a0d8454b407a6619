-- Controlled forms: types, ranges, movements, serials. (Provisional in this branch.)
CREATE TABLE form_serial (
  serial         TEXT PRIMARY KEY,
  person_id      INTEGER NOT NULL,
  state          TEXT NOT NULL,
  instruction_id INTEGER NOT NULL,
  reason         TEXT NOT NULL
) STRICT;
