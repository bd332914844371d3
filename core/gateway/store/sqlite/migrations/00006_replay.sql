-- +goose Up

-- How often people let dead webhooks of an endpoint be tried again. Whoever calls the endpoint looks for them when it has changed.
CREATE TABLE endpoint_replay (
  endpoint INTEGER PRIMARY KEY,
  times    INTEGER NOT NULL
);
