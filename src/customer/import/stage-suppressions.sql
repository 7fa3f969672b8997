-- Where suppressions wait for their merge. Either customer_id or digest is set. NULL as reason is
-- none that is said. Of the two ends one is set at most: a moment, or a wall clock in the import's
-- time zone; none is for ever.
CREATE TEMP TABLE import_suppression (
  line          BIGINT NOT NULL,
  kind          TEXT NOT NULL,
  customer_id   TEXT COLLATE "C",
  digest        BYTEA,
  more          BYTEA[] NOT NULL,
  reason        TEXT,
  until_exactly TIMESTAMPTZ(3),
  until_locally TIMESTAMP(3)
) ON COMMIT DROP
