-- +goose Up

-- The dead message that this one replaces.
ALTER TABLE message ADD COLUMN origin BLOB;
CREATE UNIQUE INDEX message_origin ON message (origin) WHERE origin IS NOT NULL;
-- What messages are searched by, beside their time.
CREATE INDEX message_recipient ON message (recipient, id);
CREATE INDEX message_reference ON message (reference, id) WHERE reference <> '';

-- What people set while the gateway runs.
CREATE TABLE setting (
  kind   TEXT    NOT NULL,
  key    TEXT    NOT NULL,
  value  TEXT    NOT NULL,
  at     INTEGER NOT NULL,
  set_by TEXT    NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;

-- Who changed what. Entries are only added.
CREATE TABLE audit (
  seq     INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  api_key TEXT    NOT NULL,
  address TEXT    NOT NULL,
  action  TEXT    NOT NULL,
  object  TEXT    NOT NULL,
  before  TEXT    NOT NULL,
  after   TEXT    NOT NULL
);
