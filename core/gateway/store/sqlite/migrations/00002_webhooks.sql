-- +goose Up

-- Notices that endpoints did not take at first. seq is that of outbox.
CREATE TABLE outbox_retry (
  endpoint INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  tries    INTEGER NOT NULL,
  first    INTEGER,
  due      INTEGER,
  error    TEXT    NOT NULL,
  dead     INTEGER NOT NULL,
  PRIMARY KEY (endpoint, dead, seq)
) WITHOUT ROWID;

-- Endpoints that want no more webhooks.
CREATE TABLE endpoint_disabled (
  endpoint INTEGER PRIMARY KEY,
  reason   TEXT    NOT NULL
);
