-- +goose Up

-- A server that took the place of a lost one may not have what that one recorded last. timeline names the history of the database: that which
-- gateways have seen last, since when they know it, and that which each node has made sure to be recorded in. number counts the transactions
-- that changed something, first is that of the first one in the timeline, and earlier the timeline before. See docs/decisions/0043.
ALTER TABLE turn
  ADD COLUMN number   bigint NOT NULL DEFAULT 0,
  ADD COLUMN timeline text   NOT NULL DEFAULT '',
  ADD COLUMN since    bigint NOT NULL DEFAULT 0,
  ADD COLUMN first    bigint NOT NULL DEFAULT 0,
  ADD COLUMN earlier  text   NOT NULL DEFAULT '';
ALTER TABLE node ADD COLUMN timeline text NOT NULL DEFAULT '';
