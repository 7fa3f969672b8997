-- The first data model. Two kinds of tables, so that the database can later be distributed by
-- customer: customer-keyed tables carry customer_id in every primary and unique key and refer to
-- each other only along it; small tables refer only to small tables.
-- Ids that come from outside sort by bytes (COLLATE "C"): the same on every machine, and faster.

-- Where a customer stands between 0 and 1 under a salt: the first 48 bits of SHA-256(salt:id), big-
-- endian, over 2^48. Depends on nothing else, so an analyst can compute any assignment again.
CREATE FUNCTION "arm_fraction"("salt" TEXT, "customer_id" TEXT) RETURNS DOUBLE PRECISION
  LANGUAGE SQL IMMUTABLE PARALLEL SAFE
  RETURN ('x' || encode(substring(sha256(convert_to("salt" || ':' || "customer_id", 'UTF8')) FROM 1 FOR 6), 'hex'))::bit(48)::bigint
    / 281474976710656.0::double precision;

-- Customer-keyed tables ---------------------------------------------------------------------------

CREATE TABLE "customer" (
  "customer_id"     TEXT COLLATE "C" NOT NULL,
  "emails"          TEXT[] NOT NULL DEFAULT '{}',
  "phones"          TEXT[] NOT NULL DEFAULT '{}',
  "country"         TEXT,
  "first_name"      TEXT,
  "last_name"       TEXT,
  "city"            TEXT,
  "region"          TEXT,
  "postal_code"     TEXT,
  "birth_date"      TEXT,
  "gender"          TEXT,
  "attributes"      JSONB NOT NULL DEFAULT '{}',
  -- Counts changes of what identity is computed from; says whether a computed identity is current.
  "contact_version" INTEGER NOT NULL DEFAULT 1,
  "identity_stale"  BOOLEAN NOT NULL DEFAULT true,
  "created_at"      TIMESTAMPTZ(3) NOT NULL,
  "updated_at"      TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "customer_pkey" PRIMARY KEY ("customer_id")
);
CREATE INDEX "customer_identity_stale_idx" ON "customer" ("customer_id") WHERE "identity_stale";

CREATE TABLE "purchase" (
  "customer_id"  TEXT COLLATE "C" NOT NULL,
  "purchase_id"  TEXT COLLATE "C" NOT NULL,
  "purchased_at" TIMESTAMPTZ(3) NOT NULL,
  "amount"       DECIMAL(16,4) NOT NULL,
  "currency"     TEXT,
  "quantity"     DECIMAL(12,3),
  "category"     TEXT,
  "attributes"   JSONB NOT NULL DEFAULT '{}',
  "created_at"   TIMESTAMPTZ(3) NOT NULL,
  "updated_at"   TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "purchase_pkey" PRIMARY KEY ("customer_id", "purchase_id")
);
-- Histories and outcomes read one customer's purchases in order of time.
CREATE INDEX "purchase_customer_id_purchased_at_idx" ON "purchase" ("customer_id", "purchased_at");

-- Digests per normalisation rule, 32 bytes each; several where a customer has several addresses.
CREATE TABLE "identity" (
  "customer_id"     TEXT COLLATE "C" NOT NULL,
  "email_plain"     BYTEA[] NOT NULL DEFAULT '{}',
  "email_google"    BYTEA[] NOT NULL DEFAULT '{}',
  "phone_e164"      BYTEA[] NOT NULL DEFAULT '{}',
  "phone_digits"    BYTEA[] NOT NULL DEFAULT '{}',
  -- Digests of the addresses' domains: a suppressed domain is found without the address.
  "email_domain"    BYTEA[] NOT NULL DEFAULT '{}',
  -- Why values were left out, e.g. 'phone:too-short'.
  "unusable"        TEXT[] NOT NULL DEFAULT '{}',
  "contact_version" INTEGER NOT NULL,
  "computed_at"     TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "identity_pkey" PRIMARY KEY ("customer_id")
);

CREATE TABLE "consent" (
  "customer_id" TEXT COLLATE "C" NOT NULL,
  "purpose"     TEXT NOT NULL,
  "status"      TEXT NOT NULL,
  "at"          TIMESTAMPTZ(3) NOT NULL,
  "source"      TEXT NOT NULL,
  CONSTRAINT "consent_pkey" PRIMARY KEY ("customer_id", "purpose"),
  CONSTRAINT "consent_purpose_check" CHECK ("purpose" IN ('ad_user_data', 'ad_personalization', 'marketing')),
  CONSTRAINT "consent_status_check" CHECK ("status" IN ('granted', 'denied'))
);

-- The ledger: who is on which audience and under which keys, as they were sent. `email` and `phone`
-- are the keys that should be there; `gone_email` and `gone_phone` those that still have to leave.
-- Whether a batch landed is written on the batch, never here.
CREATE TABLE "membership" (
  "audience_id"     UUID NOT NULL,
  "customer_id"     TEXT COLLATE "C" NOT NULL,
  "email"           BYTEA[] NOT NULL,
  "phone"           BYTEA[] NOT NULL,
  "consent_granted" BOOLEAN NOT NULL,
  "add_batch_id"    BIGINT,
  -- An earlier batch than add_batch_id may have put some of these keys on the platform.
  "maybe_there"     BOOLEAN NOT NULL DEFAULT false,
  "gone_email"      BYTEA[] NOT NULL DEFAULT '{}',
  "gone_phone"      BYTEA[] NOT NULL DEFAULT '{}',
  "remove_batch_id" BIGINT,
  CONSTRAINT "membership_pkey" PRIMARY KEY ("audience_id", "customer_id")
);
CREATE INDEX "membership_add_batch_id_idx" ON "membership" ("add_batch_id");
CREATE INDEX "membership_remove_batch_id_idx" ON "membership" ("remove_batch_id") WHERE "remove_batch_id" IS NOT NULL;

-- First entry into a sync's experiment, both arms by the same statement; written once.
CREATE TABLE "assignment" (
  "sync_id"     UUID NOT NULL,
  "customer_id" TEXT COLLATE "C" NOT NULL,
  "arm"         TEXT NOT NULL,
  "salt"        TEXT NOT NULL,
  "holdout"     DECIMAL(5,4) NOT NULL,
  "entered_at"  TIMESTAMPTZ(3) NOT NULL,
  "run_id"      BIGINT NOT NULL,
  CONSTRAINT "assignment_pkey" PRIMARY KEY ("sync_id", "customer_id"),
  CONSTRAINT "assignment_arm_check" CHECK ("arm" IN ('treatment', 'control'))
);

-- Small tables ------------------------------------------------------------------------------------

-- People, addresses and domains never to target; addresses as digests of their plain rule.
CREATE TABLE "suppression" (
  "id"          UUID NOT NULL DEFAULT gen_random_uuid(),
  "kind"        TEXT NOT NULL,
  "customer_id" TEXT COLLATE "C",
  "digest"      BYTEA,
  "reason"      TEXT NOT NULL,
  "until"       TIMESTAMPTZ(3),
  "created_at"  TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "suppression_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "suppression_kind_check" CHECK ("kind" IN ('customer', 'email', 'phone', 'domain')),
  CONSTRAINT "suppression_value_check" CHECK (("kind" = 'customer') = ("customer_id" IS NOT NULL) AND ("kind" = 'customer') = ("digest" IS NULL))
);
CREATE UNIQUE INDEX "suppression_customer_key" ON "suppression" ("customer_id");
CREATE UNIQUE INDEX "suppression_kind_digest_key" ON "suppression" ("kind", "digest");

CREATE TABLE "setting" (
  "key"        TEXT NOT NULL,
  "value"      JSONB NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "setting_pkey" PRIMARY KEY ("key")
);

CREATE TABLE "segment" (
  "id"         UUID NOT NULL DEFAULT gen_random_uuid(),
  "name"       TEXT NOT NULL,
  "template"   TEXT NOT NULL,
  "params"     JSONB NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "segment_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "segment_name_key" ON "segment" ("name");

-- Credentials hold the names of environment variables, never their values.
CREATE TABLE "destination" (
  "id"          UUID NOT NULL DEFAULT gen_random_uuid(),
  "name"        TEXT NOT NULL,
  "platform"    TEXT NOT NULL,
  "account"     TEXT NOT NULL,
  "credentials" JSONB NOT NULL,
  "created_at"  TIMESTAMPTZ(3) NOT NULL,
  "updated_at"  TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "destination_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "destination_name_key" ON "destination" ("name");

CREATE TABLE "sync" (
  "id"             UUID NOT NULL DEFAULT gen_random_uuid(),
  "name"           TEXT NOT NULL,
  "segment_id"     UUID NOT NULL,
  "destination_id" UUID NOT NULL,
  "audience_name"  TEXT NOT NULL,
  "identifiers"    TEXT[] NOT NULL,
  "schedule"       TEXT,
  "timezone"       TEXT NOT NULL,
  "holdout"        DECIMAL(5,4) NOT NULL,
  -- Fixed at first use: the same person must fall into the same arm for as long as the sync lives.
  "salt"           TEXT NOT NULL,
  "max_shrink"     DECIMAL(5,4) NOT NULL,
  "created_at"     TIMESTAMPTZ(3) NOT NULL,
  "updated_at"     TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "sync_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "sync_segment_id_fkey" FOREIGN KEY ("segment_id") REFERENCES "segment" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "sync_destination_id_fkey" FOREIGN KEY ("destination_id") REFERENCES "destination" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "sync_name_key" ON "sync" ("name");

CREATE TABLE "audience" (
  "id"         UUID NOT NULL DEFAULT gen_random_uuid(),
  "sync_id"    UUID NOT NULL,
  "name"       TEXT NOT NULL,
  -- The platform's id; null until the platform has answered.
  "remote_id"  TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "audience_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "audience_sync_id_fkey" FOREIGN KEY ("sync_id") REFERENCES "sync" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "audience_sync_id_key" ON "audience" ("sync_id");

CREATE TABLE "run" (
  "id"              BIGINT GENERATED BY DEFAULT AS IDENTITY,
  "sync_id"         UUID NOT NULL,
  "state"           TEXT NOT NULL,
  "trigger"         TEXT NOT NULL,
  "as_of"           TIMESTAMPTZ(3) NOT NULL,
  "started_at"      TIMESTAMPTZ(3) NOT NULL,
  "finished_at"     TIMESTAMPTZ(3),
  "in_segment"      INTEGER NOT NULL DEFAULT 0,
  "unreachable"     INTEGER NOT NULL DEFAULT 0,
  "no_consent"      INTEGER NOT NULL DEFAULT 0,
  "suppressed"      INTEGER NOT NULL DEFAULT 0,
  "held_out_global" INTEGER NOT NULL DEFAULT 0,
  "held_out"        INTEGER NOT NULL DEFAULT 0,
  "wanted"          INTEGER NOT NULL DEFAULT 0,
  "unchanged"       INTEGER NOT NULL DEFAULT 0,
  "added"           INTEGER NOT NULL DEFAULT 0,
  "changed"         INTEGER NOT NULL DEFAULT 0,
  "removed"         INTEGER NOT NULL DEFAULT 0,
  -- Why a guardrail held it, or the code, sentence and next step of what stopped it.
  "problem"         JSONB,
  CONSTRAINT "run_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "run_sync_id_fkey" FOREIGN KEY ("sync_id") REFERENCES "sync" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "run_state_check" CHECK ("state" IN ('planning', 'delivering', 'succeeded', 'incomplete', 'failed', 'held'))
);
CREATE INDEX "run_sync_id_id_idx" ON "run" ("sync_id", "id");

CREATE TABLE "batch" (
  "id"          BIGINT GENERATED BY DEFAULT AS IDENTITY,
  "run_id"      BIGINT NOT NULL,
  "audience_id" UUID NOT NULL,
  "seq"         INTEGER NOT NULL,
  "operation"   TEXT NOT NULL,
  "rows"        INTEGER NOT NULL,
  -- planned: never sent; sending: may have arrived; pending: taken, outcome later; done: answered;
  -- refused: answered with a refusal, nothing applied; lost: may have arrived, given up for this run.
  "state"       TEXT NOT NULL,
  "attempts"    INTEGER NOT NULL DEFAULT 0,
  "request_id"  TEXT,
  "accepted"    INTEGER NOT NULL DEFAULT 0,
  "rejected"    INTEGER NOT NULL DEFAULT 0,
  "unknown"     INTEGER NOT NULL DEFAULT 0,
  "problem"     JSONB,
  "sent_at"     TIMESTAMPTZ(3),
  "answered_at" TIMESTAMPTZ(3),
  CONSTRAINT "batch_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "batch_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "batch_audience_id_fkey" FOREIGN KEY ("audience_id") REFERENCES "audience" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "batch_operation_check" CHECK ("operation" IN ('add', 'remove')),
  CONSTRAINT "batch_state_check" CHECK ("state" IN ('planned', 'sending', 'pending', 'done', 'refused', 'lost'))
);
CREATE UNIQUE INDEX "batch_run_id_seq_key" ON "batch" ("run_id", "seq");
CREATE INDEX "batch_audience_id_state_idx" ON "batch" ("audience_id", "state");

-- One reading of an audience's match figure: bounds of people or of a share, or the reason for none.
CREATE TABLE "match_observation" (
  "id"          BIGINT GENERATED BY DEFAULT AS IDENTITY,
  "audience_id" UUID NOT NULL,
  "observed_at" TIMESTAMPTZ(3) NOT NULL,
  "kind"        TEXT NOT NULL,
  "lower"       DOUBLE PRECISION,
  "upper"       DOUBLE PRECISION,
  -- People on the audience whom the platform accepted, the denominator of the rate; a range, since
  -- a platform may give totals only.
  "accepted_lower" INTEGER NOT NULL,
  "accepted_upper" INTEGER NOT NULL,
  "reason"      TEXT,
  "meaning"     TEXT NOT NULL,
  CONSTRAINT "match_observation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "match_observation_audience_id_fkey" FOREIGN KEY ("audience_id") REFERENCES "audience" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "match_observation_kind_check" CHECK ("kind" IN ('count', 'rate', 'unknown'))
);
CREATE UNIQUE INDEX "match_observation_audience_id_observed_at_key" ON "match_observation" ("audience_id", "observed_at");

-- What people changed, written in the transaction of the change itself.
CREATE TABLE "audit" (
  "id"          BIGINT GENERATED BY DEFAULT AS IDENTITY,
  "at"          TIMESTAMPTZ(3) NOT NULL,
  "actor"       TEXT NOT NULL,
  "verb"        TEXT NOT NULL,
  "object_kind" TEXT NOT NULL,
  "object_name" TEXT NOT NULL,
  "before"      JSONB,
  "after"       JSONB,
  CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "audit_object_kind_object_name_idx" ON "audit" ("object_kind", "object_name");
