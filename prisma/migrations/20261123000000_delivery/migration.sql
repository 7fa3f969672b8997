-- What platforms say of single people, of whole accounts, and of lists that are rewritten.

-- What a destination says beside account and secrets, by the names of its platform.
ALTER TABLE "destination"
  ADD COLUMN "options" JSONB NOT NULL DEFAULT '{}',
  -- The do-not-reach list on the platform that holds the confirmed keys; another id, or none, holds
  -- nothing of them.
  ADD COLUMN "do_not_reach_id" TEXT;

ALTER TABLE "run"
  -- changes: what differs from the ledger is sent; replace: the whole list is written anew.
  ADD COLUMN "mode" TEXT NOT NULL DEFAULT 'changes',
  ADD CONSTRAINT "run_mode_check" CHECK ("mode" IN ('changes', 'replace'));

ALTER TABLE "batch"
  -- Why rows were rejected or are unknown, as the platform counts: [{code, count, rows}].
  ADD COLUMN "reasons" JSONB NOT NULL DEFAULT '[]',
  -- When a pending batch is next asked about.
  ADD COLUMN "ask_at"  TIMESTAMPTZ(3),
  -- Until when an attempt that got no answer may still be carried out, where the platform works on
  -- requests later; null where every attempt was answered, or the platform works at once.
  ADD COLUMN "ghost_until" TIMESTAMPTZ(3);
UPDATE "batch" SET "ask_at" = "sent_at" WHERE "state" = 'pending';

-- People whom a platform refused by name, until something is sent of them again.
CREATE TABLE "refusal" (
  "audience_id" UUID NOT NULL,
  "customer_id" TEXT COLLATE "C" NOT NULL,
  "batch_id"    BIGINT NOT NULL,
  "code"        TEXT NOT NULL,
  "at"          TIMESTAMPTZ(3) NOT NULL,
  -- Whether nothing of the row was taken; a platform may refuse one key of it and take the others.
  "nothing_taken" BOOLEAN NOT NULL,
  CONSTRAINT "refusal_pkey" PRIMARY KEY ("audience_id", "customer_id")
);

-- Until when an attempt of a batch before add_batch_id may still put keys on the list.
ALTER TABLE "membership" ADD COLUMN "ghost_until" TIMESTAMPTZ(3);

-- As before, and: of whom nothing was taken, nothing is there; a removal is answered for only when it was sent after every addition of the keys
-- that might still be worked on without anybody knowing.
CREATE OR REPLACE VIEW "ledger" AS
SELECT
  m."audience_id",
  m."customer_id",
  m."keys",
  m."profile",
  m."ad_user_data",
  m."ad_personalization",
  m."limited_use_state",
  m."gone_keys",
  m."since",
  m."maybe_there" OR (
    coalesce(added."state" IN ('sending', 'pending', 'done', 'lost'), false)
    AND NOT coalesce(refused."nothing_taken" AND refused."batch_id" = m."add_batch_id", false)
  ) AS "touched",
  coalesce(added."state" = 'pending' OR (added."state" = 'done' AND added."accepted" + added."unknown" > 0), false) AS "taken",
  added."sent_at" AS "taken_at",
  coalesce(added."state" = 'pending', false) AS "addition_pending",
  coalesce(removed."state" = 'pending', false) AS "removal_pending",
  coalesce(
    removed."state" = 'done' AND removed."rejected" = 0 AND removed."unknown" = 0
    AND coalesce(m."ghost_until" <= removed."sent_at", true)
    AND (
      m."keys" <> '{}'
      OR added."id" IS NULL
      OR (
        added."state" <> 'pending'
        AND coalesce(added."answered_at" <= removed."sent_at", true)
        AND coalesce(added."ghost_until" <= removed."sent_at", true)
      )
    ),
    false
  ) AS "removal_answered",
  removed."ghost_until" AS "removal_ghost_until",
  coalesce(removed."state" = 'done' AND removed."rejected" = 0 AND removed."unknown" = 0, false) AS "removal_done"
FROM "membership" m
LEFT JOIN "batch" added ON added."id" = m."add_batch_id" AND added."audience_id" = m."audience_id"
LEFT JOIN "batch" removed ON removed."id" = m."remove_batch_id" AND removed."audience_id" = m."audience_id"
LEFT JOIN "refusal" refused ON refused."audience_id" = m."audience_id" AND refused."customer_id" = m."customer_id";

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
