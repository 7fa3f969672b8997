-- Where the lines of a purchase file wait for their merge. NULL is a column that the line does not
-- have; '' is one that it has and leaves empty. Of the two times one is set: a moment, or a wall
-- clock in the import's time zone.
CREATE TEMP TABLE import_purchase (
  line        BIGINT NOT NULL,
  customer_id TEXT COLLATE "C" NOT NULL,
  purchase_id TEXT COLLATE "C" NOT NULL,
  derived     BOOLEAN NOT NULL,
  at_exactly  TIMESTAMPTZ(3),
  at_locally  TIMESTAMP(3),
  amount      DECIMAL(16,4) NOT NULL,
  currency    TEXT,
  quantity    TEXT,
  category    TEXT,
  attributes  JSONB NOT NULL,
  cleared     TEXT[] NOT NULL
) ON COMMIT DROP
