-- +goose Up

-- Groups of messages that are paused, resumed and canceled together. name is that of the table name, and sender a phone number id. per_minute is
-- 0 for as many messages as the lane allows. The row is all that changes when a campaign is paused, resumed, canceled, or gets another pace.
CREATE TABLE campaign (
  name       integer PRIMARY KEY,
  sender     integer NOT NULL,
  state      text    NOT NULL,
  per_minute integer NOT NULL,
  created    bigint  NOT NULL,
  created_by text    NOT NULL
);

-- The campaign of a message, or 0.
ALTER TABLE delivery ADD COLUMN campaign integer NOT NULL DEFAULT 0;
DROP INDEX delivery_ready;
CREATE INDEX delivery_ready ON delivery (lane, class, api_key, campaign, due, id) WHERE state = 0;
CREATE INDEX delivery_campaign ON delivery (campaign, id) WHERE campaign <> 0;
-- Whether messages of a campaign wait.
CREATE INDEX delivery_campaign_ready ON delivery (campaign) WHERE state = 0 AND campaign <> 0;
