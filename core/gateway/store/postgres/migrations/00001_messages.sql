-- The tables of the SQLite store, and what several gateways need. Times are milliseconds since 1970 in UTC. An id is that of core/ids, 16
-- bytes that begin with the time. Texts that are ordered or compared have the collation "C", so that their order does not depend on the
-- database.

-- +goose Up

-- One row, which each transaction that changes something locks first. See docs/decisions/0038.
CREATE TABLE turn (
  one boolean PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO turn DEFAULT VALUES;

-- Names that rows repeat: lanes, channels, routes, API keys, senders, scopes and endpoints.
CREATE TABLE name (
  id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  text text COLLATE "C" NOT NULL UNIQUE
);

-- What a message is. It never changes.
CREATE TABLE message (
  id             bytea   NOT NULL PRIMARY KEY,
  sender         integer NOT NULL,
  recipient_kind text    NOT NULL,
  recipient      text COLLATE "C" NOT NULL,
  category       text    NOT NULL,
  reference      text COLLATE "C" NOT NULL,
  expires        bigint,
  body           bytea   NOT NULL,
  origin         bytea
);
CREATE UNIQUE INDEX message_origin ON message (origin) WHERE origin IS NOT NULL;
CREATE INDEX message_recipient ON message (recipient, id);
CREATE INDEX message_reference ON message (reference, id) WHERE reference <> '';

-- Where a message stands. Only owners change the state of a ready message; any gateway may raise the status. No index has the status, so
-- that most changes touch no index.
CREATE TABLE delivery (
  id             bytea    NOT NULL PRIMARY KEY,
  lane           integer  NOT NULL,
  class          smallint NOT NULL,
  api_key        integer  NOT NULL,
  state          smallint NOT NULL,
  due            bigint   NOT NULL,
  tries          integer  NOT NULL DEFAULT 0,
  attempt        integer  NOT NULL DEFAULT 0,
  status         smallint NOT NULL DEFAULT 0,
  route          integer,
  channel        integer,
  reason         text     NOT NULL DEFAULT '',
  vendor_code    text     NOT NULL DEFAULT '',
  vendor_message text     NOT NULL DEFAULT '',
  detail         text     NOT NULL DEFAULT '',
  accepted       bigint   NOT NULL,
  began          bigint,
  settled        bigint,
  sent           bigint,
  delivered      bigint,
  read           bigint,
  failed         bigint
) WITH (fillfactor = 70);
CREATE INDEX delivery_ready ON delivery (lane, class, api_key, due, id) WHERE state = 0;
CREATE INDEX delivery_retrying ON delivery (id) WHERE state = 0 AND tries > 0;
-- Only what is exceptional: no accepted message has an entry.
CREATE INDEX delivery_exceptional ON delivery (state, id) WHERE state IN (1, 3, 4, 5);

-- Attempts that need a row of their own: all but a first attempt that was accepted as it is.
CREATE TABLE attempt (
  id             bytea   NOT NULL,
  n              integer NOT NULL,
  channel        integer NOT NULL,
  began          bigint,
  ended          bigint,
  outcome        text    NOT NULL,
  reason         text    NOT NULL DEFAULT '',
  vendor_code    text    NOT NULL DEFAULT '',
  vendor_message text    NOT NULL DEFAULT '',
  detail         text    NOT NULL DEFAULT '',
  ignored        text    NOT NULL DEFAULT '',
  PRIMARY KEY (id, n)
);

-- The calls to providers whose outcomes are not all known. attempts holds 20 bytes for each attempt: the id and the number, big endian.
CREATE TABLE handover (
  node     integer NOT NULL,
  epoch    bigint  NOT NULL,
  seq      bigint  NOT NULL,
  channel  integer NOT NULL,
  began    bigint  NOT NULL,
  open     boolean NOT NULL,
  attempts bytea   NOT NULL,
  PRIMARY KEY (node, epoch, seq)
);
CREATE INDEX handover_open ON handover (node, epoch, seq) WHERE open;

-- The ids by which vendors tell about attempts. recipient is set for ids that several messages share.
CREATE TABLE correlation (
  scope     integer NOT NULL,
  key       text COLLATE "C" NOT NULL,
  recipient text COLLATE "C" NOT NULL,
  id        bytea   NOT NULL,
  n         integer NOT NULL,
  PRIMARY KEY (scope, key, recipient, id)
);

-- Events whose message is not known yet, and those that say why a message failed.
CREATE TABLE event (
  scope          integer  NOT NULL,
  key            text COLLATE "C" NOT NULL,
  at             bigint   NOT NULL,
  vendor_id      text COLLATE "C" NOT NULL,
  recipient      text COLLATE "C" NOT NULL,
  status         smallint NOT NULL,
  reason         text     NOT NULL DEFAULT '',
  vendor_code    text     NOT NULL DEFAULT '',
  vendor_message text     NOT NULL DEFAULT '',
  detail         text     NOT NULL DEFAULT '',
  id             bytea,
  raw            bytea,
  PRIMARY KEY (scope, key)
);
CREATE INDEX event_orphan ON event (scope, vendor_id) WHERE id IS NULL;
CREATE INDEX event_at ON event (at);

-- What applications are to be told, in order. Transactions come one after the other, so a row never appears before one that was read.
CREATE TABLE outbox (
  seq    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id     bytea    NOT NULL,
  status smallint NOT NULL,
  at     bigint   NOT NULL
);
CREATE TABLE endpoint_cursor (
  endpoint integer PRIMARY KEY,
  seq      bigint NOT NULL
);
-- Notices that endpoints did not take at first. seq is that of outbox.
CREATE TABLE outbox_retry (
  endpoint integer NOT NULL,
  seq      bigint  NOT NULL,
  tries    integer NOT NULL,
  first    bigint,
  due      bigint,
  error    text    NOT NULL,
  dead     boolean NOT NULL,
  PRIMARY KEY (endpoint, dead, seq)
);
-- Endpoints that want no more webhooks.
CREATE TABLE endpoint_disabled (
  endpoint integer PRIMARY KEY,
  reason   text NOT NULL
);

-- What applications repeat.
CREATE TABLE idempotency (
  api_key   integer NOT NULL,
  key       text COLLATE "C" NOT NULL,
  body_hash bytea   NOT NULL,
  id        bytea   NOT NULL,
  expires   bigint  NOT NULL,
  PRIMARY KEY (api_key, key)
);
CREATE INDEX idempotency_expires ON idempotency (expires);

-- Messages from WhatsApp users. sender is NULL if the receiving number is not one that applications know. message is the id by which
-- applications know it: read receipts name it.
CREATE TABLE inbound (
  id        bytea   NOT NULL PRIMARY KEY,
  scope     integer NOT NULL,
  key       text COLLATE "C" NOT NULL,
  channel   integer,
  sender    integer,
  recipient text    NOT NULL,
  from_kind text    NOT NULL,
  from_user text    NOT NULL,
  profile   text    NOT NULL,
  at        bigint  NOT NULL,
  body      bytea   NOT NULL,
  message   text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX inbound_key ON inbound (scope, key);
CREATE INDEX inbound_message ON inbound (sender, message);

-- What is known of a user and a sending number, and whether the user wants no more marketing, and since when.
CREATE TABLE contact (
  sender       integer NOT NULL,
  person       text COLLATE "C" NOT NULL,
  last_inbound bigint  NOT NULL,
  opted_out    boolean NOT NULL DEFAULT false,
  opted_at     bigint  NOT NULL DEFAULT 0,
  PRIMARY KEY (sender, person)
);

-- What people set while the gateway runs.
CREATE TABLE setting (
  kind   text COLLATE "C" NOT NULL,
  key    text COLLATE "C" NOT NULL,
  value  text   NOT NULL,
  at     bigint NOT NULL,
  set_by text   NOT NULL,
  PRIMARY KEY (kind, key)
);
-- Who changed what. Entries are only added.
CREATE TABLE audit (
  seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      bigint NOT NULL,
  api_key text   NOT NULL,
  address text   NOT NULL,
  action  text   NOT NULL,
  object  text   NOT NULL,
  before  text   NOT NULL,
  after   text   NOT NULL
);
CREATE INDEX audit_settings ON audit (seq) WHERE action LIKE 'set %' OR action LIKE 'remove %';

-- API keys that want the events of an account. An empty url stands for the webhooks of the configuration.
CREATE TABLE subscription (
  account text COLLATE "C" NOT NULL,
  api_key text COLLATE "C" NOT NULL,
  url     text NOT NULL,
  token   text NOT NULL,
  PRIMARY KEY (account, api_key)
);

-- The gateways that share the database. until is the end of the lease, by the clock of the database, or 0 if the node does not live. groups
-- are the groups of parts that the node can do. holder names its process.
CREATE TABLE node (
  id     integer PRIMARY KEY,
  name   text COLLATE "C" UNIQUE,
  holder text   NOT NULL DEFAULT '',
  epoch  bigint NOT NULL,
  until  bigint NOT NULL DEFAULT 0,
  groups text[] NOT NULL DEFAULT '{}'
);

-- The parts that nodes have: lanes and webhooks, by the numbers of their names.
CREATE TABLE part (
  name integer PRIMARY KEY,
  node integer NOT NULL
);

-- What the node of a lane has to be told about messages, in order, because another node has changed something.
CREATE TABLE arrival (
  lane integer NOT NULL,
  id   bytea   NOT NULL,
  seq  bigint  GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (lane, id)
);
