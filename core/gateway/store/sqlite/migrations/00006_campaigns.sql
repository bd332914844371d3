-- +goose Up

-- Groups of messages that are paused, resumed and canceled together. name is that of the table name, and sender a phone number id. per_minute is
-- 0 for as many messages as the lane allows. The row is all that changes when a campaign is paused, resumed, canceled, or gets another pace.
CREATE TABLE campaign (
  name       INTEGER PRIMARY KEY,
  sender     INTEGER NOT NULL,
  state      TEXT    NOT NULL,
  per_minute INTEGER NOT NULL,
  created    INTEGER NOT NULL,
  created_by TEXT    NOT NULL
);

-- The campaign of a message, or 0.
ALTER TABLE delivery ADD COLUMN campaign INTEGER NOT NULL DEFAULT 0;
DROP INDEX delivery_ready;
CREATE INDEX delivery_ready ON delivery (lane, class, api_key, campaign, due, id) WHERE state = 0;
CREATE INDEX delivery_campaign ON delivery (campaign, id) WHERE campaign <> 0;
-- All that the progress of a campaign is counted from, so that no message of it is read for that.
CREATE INDEX delivery_campaign_state ON delivery (campaign, state, status, reason, settled, due) WHERE campaign <> 0;
