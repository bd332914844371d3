-- +goose Up

-- What unknown and dead messages have in common, to count and to find them.
CREATE INDEX delivery_trouble ON delivery (state, channel, reason, vendor_code, id) WHERE state IN (3, 5);
