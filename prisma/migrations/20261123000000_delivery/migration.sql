-- What platforms say of single people, of whole accounts, and of lists that are rewritten.

-- What a destination says beside account and secrets, by the names of its platform.
ALTER TABLE "destination" ADD COLUMN "options" JSONB NOT NULL DEFAULT '{}';

ALTER TABLE "run"
  -- changes: what differs from the ledger is sent; replace: the whole list is written anew.
  ADD COLUMN "mode" TEXT NOT NULL DEFAULT 'changes',
  ADD CONSTRAINT "run_mode_check" CHECK ("mode" IN ('changes', 'replace'));

ALTER TABLE "batch"
  -- Why rows were rejected or are unknown, as the platform counts: [{code, count, rows}].
  ADD COLUMN "reasons" JSONB NOT NULL DEFAULT '[]',
  -- When a pending batch is next asked about.
  ADD COLUMN "ask_at"  TIMESTAMPTZ(3);
UPDATE "batch" SET "ask_at" = "sent_at" WHERE "state" = 'pending';

-- People whom a platform refused by name, until something is sent of them again. Nothing of what was
-- refused is on the platform.
CREATE TABLE "refusal" (
  "audience_id" UUID NOT NULL,
  "customer_id" TEXT COLLATE "C" NOT NULL,
  "batch_id"    BIGINT NOT NULL,
  "code"        TEXT NOT NULL,
  "at"          TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "refusal_pkey" PRIMARY KEY ("audience_id", "customer_id")
);

-- The request budget of an account as its platform last told of it, for all processes.
CREATE TABLE "account_budget" (
  "platform"    TEXT NOT NULL,
  -- The ad account, or whatever else of the platform's the budget belongs to.
  "holder"      TEXT NOT NULL,
  -- Share of it that is used; null where the platform does not tell.
  "used"        DOUBLE PRECISION,
  -- Nothing is sent before this moment, for this reason.
  "waits_until" TIMESTAMPTZ(3),
  "reason"      JSONB,
  "updated_at"  TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "account_budget_pkey" PRIMARY KEY ("platform", "holder"),
  CONSTRAINT "account_budget_reason_check" CHECK (("waits_until" IS NULL) = ("reason" IS NULL))
);

-- A list that is being rewritten. While it is here, the list may hold less or more than the ledger
-- says, and the next run of its sync rewrites it to the end.
CREATE TABLE "replacement" (
  "audience_id"      UUID NOT NULL,
  "run_id"           BIGINT NOT NULL,
  "started_at"       TIMESTAMPTZ(3) NOT NULL,
  -- sending: parts are under way; settling: the platform works through them; sweeping: it takes off
  -- whoever was in none of them.
  "state"            TEXT NOT NULL,
  "sweep_request_id" TEXT,
  CONSTRAINT "replacement_pkey" PRIMARY KEY ("audience_id"),
  CONSTRAINT "replacement_audience_id_fkey" FOREIGN KEY ("audience_id") REFERENCES "audience" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "replacement_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "replacement_state_check" CHECK ("state" IN ('sending', 'settling', 'sweeping'))
);

-- What was sent to an account's list of people who are never to see its ads.
CREATE TABLE "do_not_reach" (
  "destination_id" UUID NOT NULL,
  -- A byte for the kind and the digest, as in the ledger.
  "key"            BYTEA NOT NULL,
  "sent_at"        TIMESTAMPTZ(3) NOT NULL,
  -- Whether the platform has it; false while a request about it may or may not have arrived.
  "confirmed"      BOOLEAN NOT NULL,
  CONSTRAINT "do_not_reach_pkey" PRIMARY KEY ("destination_id", "key"),
  CONSTRAINT "do_not_reach_destination_id_fkey" FOREIGN KEY ("destination_id") REFERENCES "destination" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
