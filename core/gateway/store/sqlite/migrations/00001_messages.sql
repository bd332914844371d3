-- Times are milliseconds since 1970 in UTC. An id is that of core/ids, 16 bytes that begin with the time.

-- +goose Up

-- Names that rows repeat: lanes, channels, routes, API keys, senders, scopes and endpoints.
CREATE TABLE name (
  id   INTEGER PRIMARY KEY,
  text TEXT    NOT NULL UNIQUE
);

-- What a message is. It never changes.
CREATE TABLE message (
  id             BLOB    NOT NULL PRIMARY KEY,
  sender         INTEGER NOT NULL,
  recipient_kind TEXT    NOT NULL,
  recipient      TEXT    NOT NULL,
  category       TEXT    NOT NULL,
  reference      TEXT    NOT NULL,
  expires        INTEGER,
  body           BLOB    NOT NULL
);

-- Where a message stands. Only owners change the state of a ready message; any process may raise the status.
CREATE TABLE delivery (
  id             BLOB    NOT NULL PRIMARY KEY,
  lane           INTEGER NOT NULL,
  class          INTEGER NOT NULL,
  api_key        INTEGER NOT NULL,
  state          INTEGER NOT NULL,
  due            INTEGER NOT NULL,
  tries          INTEGER NOT NULL DEFAULT 0,
  attempt        INTEGER NOT NULL DEFAULT 0,
  status         INTEGER NOT NULL DEFAULT 0,
  route          INTEGER,
  channel        INTEGER,
  reason         TEXT    NOT NULL DEFAULT '',
  vendor_code    TEXT    NOT NULL DEFAULT '',
  vendor_message TEXT    NOT NULL DEFAULT '',
  detail         TEXT    NOT NULL DEFAULT '',
  accepted       INTEGER NOT NULL,
  began          INTEGER,
  settled        INTEGER,
  sent           INTEGER,
  delivered      INTEGER,
  read           INTEGER,
  failed         INTEGER
) WITHOUT ROWID;
CREATE INDEX delivery_ready ON delivery (lane, class, api_key, due, id) WHERE state = 0;
CREATE INDEX delivery_retrying ON delivery (id) WHERE state = 0 AND tries > 0;
-- Only what is exceptional: no accepted message has an entry.
CREATE INDEX delivery_exceptional ON delivery (state, id) WHERE state IN (1, 3, 4, 5);

-- Attempts that need a row of their own: all but a first attempt that was accepted as it is.
CREATE TABLE attempt (
  id             BLOB    NOT NULL,
  n              INTEGER NOT NULL,
  channel        INTEGER NOT NULL,
  began          INTEGER,
  ended          INTEGER,
  outcome        TEXT    NOT NULL,
  reason         TEXT    NOT NULL DEFAULT '',
  vendor_code    TEXT    NOT NULL DEFAULT '',
  vendor_message TEXT    NOT NULL DEFAULT '',
  detail         TEXT    NOT NULL DEFAULT '',
  ignored        TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (id, n)
) WITHOUT ROWID;

-- The calls to providers whose outcomes are not all known. attempts holds 20 bytes for each attempt: the id and the number, big endian.
CREATE TABLE handover (
  node     INTEGER NOT NULL,
  epoch    INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  channel  INTEGER NOT NULL,
  began    INTEGER NOT NULL,
  open     INTEGER NOT NULL,
  attempts BLOB    NOT NULL,
  PRIMARY KEY (node, epoch, seq)
) WITHOUT ROWID;

-- The ids by which vendors tell about attempts. recipient is set for ids that several messages share.
CREATE TABLE correlation (
  scope     INTEGER NOT NULL,
  key       TEXT    NOT NULL,
  recipient TEXT    NOT NULL,
  id        BLOB    NOT NULL,
  n         INTEGER NOT NULL,
  PRIMARY KEY (scope, key, recipient, id)
) WITHOUT ROWID;

-- Events whose message is not known yet, and those that say why a message failed.
CREATE TABLE event (
  scope          INTEGER NOT NULL,
  key            TEXT    NOT NULL,
  at             INTEGER NOT NULL,
  vendor_id      TEXT    NOT NULL,
  recipient      TEXT    NOT NULL,
  status         INTEGER NOT NULL,
  reason         TEXT    NOT NULL DEFAULT '',
  vendor_code    TEXT    NOT NULL DEFAULT '',
  vendor_message TEXT    NOT NULL DEFAULT '',
  detail         TEXT    NOT NULL DEFAULT '',
  id             BLOB,
  raw            BLOB,
  PRIMARY KEY (scope, key)
);
CREATE INDEX event_orphan ON event (scope, vendor_id) WHERE id IS NULL;

-- What applications are to be told, in order.
CREATE TABLE outbox (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  id     BLOB    NOT NULL,
  status INTEGER NOT NULL,
  at     INTEGER NOT NULL
);
CREATE TABLE endpoint_cursor (
  endpoint INTEGER PRIMARY KEY,
  seq      INTEGER NOT NULL
);

-- What applications repeat.
CREATE TABLE idempotency (
  api_key   INTEGER NOT NULL,
  key       TEXT    NOT NULL,
  body_hash BLOB    NOT NULL,
  id        BLOB    NOT NULL,
  expires   INTEGER NOT NULL,
  PRIMARY KEY (api_key, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_expires ON idempotency (expires);

-- The lives of gateway processes.
CREATE TABLE node (
  id    INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL
);
