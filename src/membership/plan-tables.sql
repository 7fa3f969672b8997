-- Work tables of one plan; gone with its transaction.
CREATE TEMP TABLE plan_segment (
  customer_id text COLLATE "C" NOT NULL
) ON COMMIT DROP;

-- Everyone in the segment, with the keys the platform would get and why they are left out, if so.
CREATE TEMP TABLE plan_candidate (
  customer_id     text COLLATE "C" NOT NULL,
  email           bytea[] NOT NULL,
  phone           bytea[] NOT NULL,
  consent_granted boolean NOT NULL,
  standing        text NOT NULL
) ON COMMIT DROP;

-- Whoever differs from the ledger.
CREATE TEMP TABLE plan_change (
  customer_id     text COLLATE "C" NOT NULL,
  change          text NOT NULL,
  email           bytea[] NOT NULL,
  phone           bytea[] NOT NULL,
  consent_granted boolean NOT NULL,
  gone_email      bytea[] NOT NULL,
  gone_phone      bytea[] NOT NULL,
  maybe_there     boolean NOT NULL
) ON COMMIT DROP;

-- Whoever has keys to take off, and the request that will do it.
CREATE TEMP TABLE plan_removal (
  customer_id text COLLATE "C" NOT NULL,
  rows        int NOT NULL,
  request     int NOT NULL
) ON COMMIT DROP;
