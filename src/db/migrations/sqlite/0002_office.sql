-- People, roles, deputies and control settings.
CREATE TABLE person (
  id              INTEGER PRIMARY KEY,
  staff_no        TEXT NOT NULL UNIQUE,
  name            TEXT NOT NULL,
  name_key        TEXT NOT NULL,
  enabled         INTEGER NOT NULL,
  pin_hash        TEXT NOT NULL,
  pin_must_change INTEGER NOT NULL,
  pin_reset_by    TEXT NOT NULL,
  failures        INTEGER NOT NULL,
  retry_at        INTEGER NOT NULL,
  sign_limit      INTEGER,
  created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX person_name_key ON person (name_key, id);

CREATE TABLE person_role (
  person_id INTEGER NOT NULL REFERENCES person (id),
  role      TEXT NOT NULL,
  PRIMARY KEY (person_id, role)
) STRICT;

CREATE TABLE deputy (
  id         INTEGER PRIMARY KEY,
  leader_id  INTEGER NOT NULL REFERENCES person (id),
  deputy_id  INTEGER NOT NULL REFERENCES person (id),
  sign_limit INTEGER,
  from_at    INTEGER NOT NULL,
  to_at      INTEGER NOT NULL,
  ended_at   INTEGER,
  reason     TEXT NOT NULL,
  set_by     TEXT NOT NULL,
  set_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX deputy_leader ON deputy (leader_id, id);
CREATE INDEX deputy_deputy ON deputy (deputy_id, id);

-- One row per change; the value in force at a moment is the last with from_at <= moment.
CREATE TABLE setting (
  id      INTEGER PRIMARY KEY,
  key     TEXT NOT NULL,
  value   TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  reason  TEXT NOT NULL,
  set_by  TEXT NOT NULL,
  set_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX setting_key ON setting (key, from_at, id);
