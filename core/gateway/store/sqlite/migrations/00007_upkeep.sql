-- +goose Up

-- How often people let dead webhooks of an endpoint be tried again. Whoever calls the endpoint looks for them when it has changed.
CREATE TABLE endpoint_replay (
  endpoint INTEGER PRIMARY KEY,
  times    INTEGER NOT NULL
);

-- What is removed or given up is found without a look at all rows. None of these has an entry for a message that is accepted as it is.
CREATE INDEX delivery_unknown ON delivery (class, settled) WHERE state = 3;
CREATE INDEX handover_closed ON handover (began) WHERE open = 0;
CREATE INDEX outbox_retry_seq ON outbox_retry (seq);
CREATE INDEX event_at ON event (at);

-- One row, which is changed to find out whether anything can be recorded.
CREATE TABLE probe (
  times INTEGER NOT NULL
);
INSERT INTO probe VALUES (0);
