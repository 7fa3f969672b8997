-- What a do-not-reach list needs, key by key; gone with its transaction. `step` is add, renew,
-- unchanged or remove.
CREATE TEMP TABLE do_not_reach_plan (
  key  bytea NOT NULL,
  step text NOT NULL
) ON COMMIT DROP
