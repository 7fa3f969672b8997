-- Where the lines of a consent file wait for their merge: the answers of a line side by side, none
-- where it says nothing. Of the two times one is set: a moment, or a wall clock in the import's
-- time zone.
CREATE TEMP TABLE import_consent (
  line        BIGINT NOT NULL,
  customer_id TEXT COLLATE "C" NOT NULL,
  purposes    TEXT[] NOT NULL,
  statuses    TEXT[] NOT NULL,
  at_exactly  TIMESTAMPTZ(3),
  at_locally  TIMESTAMP(3),
  source      TEXT NOT NULL
) ON COMMIT DROP;

-- The same, one row an answer.
CREATE TEMP TABLE import_answer (
  line        BIGINT NOT NULL,
  customer_id TEXT COLLATE "C" NOT NULL,
  purpose     TEXT NOT NULL,
  status      TEXT NOT NULL,
  strictness  INTEGER NOT NULL,
  source      TEXT NOT NULL,
  at          TIMESTAMPTZ(3) NOT NULL
) ON COMMIT DROP
