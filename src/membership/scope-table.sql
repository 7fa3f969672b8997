-- The people that a plan looks at, where it does not look at everybody.
CREATE TEMP TABLE plan_scope (
  customer_id text COLLATE "C" NOT NULL
) ON COMMIT DROP;
