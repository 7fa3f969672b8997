-- Work tables of one plan; gone with its transaction. The candidates are made by screen.sql.

-- Whoever differs from the ledger. `standing` is why somebody left.
CREATE TEMP TABLE plan_change (
  customer_id        text COLLATE "C" NOT NULL,
  change             text NOT NULL,
  keys               bytea[] NOT NULL,
  profile            bytea,
  ad_user_data       boolean NOT NULL,
  ad_personalization boolean NOT NULL,
  limited_use_state  int,
  gone_keys          bytea[] NOT NULL,
  maybe_there        boolean NOT NULL,
  -- Whether the ledger has the person on the audience until now.
  was_member         boolean NOT NULL DEFAULT false,
  standing           text NOT NULL
) ON COMMIT DROP;

-- Whoever has keys to take off, and the request that will do it.
CREATE TEMP TABLE plan_removal (
  customer_id text COLLATE "C" NOT NULL,
  rows        int NOT NULL,
  request     int NOT NULL
) ON COMMIT DROP;
