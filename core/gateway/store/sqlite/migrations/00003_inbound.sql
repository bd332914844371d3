-- +goose Up

-- Messages from WhatsApp users. sender is NULL if the receiving number is not one that applications know.
CREATE TABLE inbound (
  id        BLOB    NOT NULL PRIMARY KEY,
  scope     INTEGER NOT NULL,
  key       TEXT    NOT NULL,
  channel   INTEGER,
  sender    INTEGER,
  recipient TEXT    NOT NULL,
  from_kind TEXT    NOT NULL,
  from_user TEXT    NOT NULL,
  profile   TEXT    NOT NULL,
  at        INTEGER NOT NULL,
  body      BLOB    NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX inbound_key ON inbound (scope, key);

-- What is known of a user and a sending number.
CREATE TABLE contact (
  sender       INTEGER NOT NULL,
  user         TEXT    NOT NULL,
  last_inbound INTEGER NOT NULL,
  PRIMARY KEY (sender, user)
) WITHOUT ROWID;
