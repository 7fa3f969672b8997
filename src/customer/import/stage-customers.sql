-- Where the lines of a customer file wait for their merge. NULL is a column that the line does not
-- have; '' and '{}' are one that it has and leaves empty.
CREATE TEMP TABLE import_customer (
  line        BIGINT NOT NULL,
  customer_id TEXT COLLATE "C" NOT NULL,
  emails      TEXT[],
  phones      TEXT[],
  mobile_ids  TEXT[],
  x_handles   TEXT[],
  x_ids       TEXT[],
  country     TEXT,
  first_name  TEXT,
  last_name   TEXT,
  city        TEXT,
  region      TEXT,
  postal_code TEXT,
  birth_date  TEXT,
  gender      TEXT,
  external_id TEXT,
  attributes  JSONB NOT NULL,
  cleared     TEXT[] NOT NULL
) ON COMMIT DROP
