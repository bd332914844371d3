-- +goose Up

-- The id by which applications know a message of a user. Read receipts name it.
ALTER TABLE inbound ADD COLUMN message TEXT NOT NULL DEFAULT '';
CREATE INDEX inbound_message ON inbound (sender, message);

-- Whether the user wants no more marketing, and since when.
ALTER TABLE contact ADD COLUMN opted_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN opted_at INTEGER NOT NULL DEFAULT 0;

-- API keys that want the events of an account. An empty url stands for the webhooks of the configuration.
CREATE TABLE subscription (
  account TEXT NOT NULL,
  api_key TEXT NOT NULL,
  url     TEXT NOT NULL,
  token   TEXT NOT NULL,
  PRIMARY KEY (account, api_key)
) WITHOUT ROWID;
