-- Many workers on one database: who does what, until when, and what starts by itself.

-- What one process at a time may do: run a sync, speak to an account. A holder renews its lease every
-- few seconds; one that died or was cut off cannot, and another takes over when the time is up. The
-- times are the database's, since workers' clocks differ.
CREATE TABLE "lease" (
  "key"        TEXT COLLATE "C" NOT NULL,
  -- Of this taking of it: whoever has lost the lease knows it by another token.
  "token"      UUID NOT NULL,
  -- The process, for people.
  "holder"     TEXT NOT NULL,
  "taken_at"   TIMESTAMPTZ(3) NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "lease_pkey" PRIMARY KEY ("key")
);

-- The moments that a schedule has come to, each once, however many workers look at the clock.
CREATE TABLE "schedule_slot" (
  -- 'sync:<id>', 'segment:<id>' or 'chore:<job>'.
  "key"     TEXT COLLATE "C" NOT NULL,
  "slot"    TIMESTAMPTZ(3) NOT NULL,
  -- fired: a job was made of it; skipped: the sync was paused; late: fired, as the latest of those
  -- that passed while no worker was there.
  "state"   TEXT NOT NULL,
  -- How many slots before this one passed without a worker.
  "missed"  INTEGER NOT NULL DEFAULT 0,
  "seen_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "schedule_slot_pkey" PRIMARY KEY ("key", "slot"),
  CONSTRAINT "schedule_slot_state_check" CHECK ("state" IN ('fired', 'skipped', 'late'))
);

ALTER TABLE "sync"
  -- From when on slots of the schedule count. A schedule is a cron line, or 'after-refresh' for runs
  -- that follow a refresh of the segment.
  ADD COLUMN "schedule_since" TIMESTAMPTZ(3),
  -- Nothing starts by itself while it is paused.
  ADD COLUMN "paused_at"      TIMESTAMPTZ(3);
UPDATE "sync" SET "schedule_since" = "updated_at" WHERE "schedule" IS NOT NULL;

ALTER TABLE "segment"
  -- When it is reckoned anew by itself, and what came of it last.
  ADD COLUMN "schedule"       TEXT,
  -- Of the schedule; null for REKINDLE_TIMEZONE.
  ADD COLUMN "timezone"       TEXT,
  ADD COLUMN "schedule_since" TIMESTAMPTZ(3),
  ADD COLUMN "refreshed_at"   TIMESTAMPTZ(3),
  ADD COLUMN "size"           INTEGER;

ALTER TABLE "run"
  -- What a person asked of it while it was under way: it stops before the next request.
  ADD COLUMN "stop" TEXT,
  DROP CONSTRAINT "run_state_check",
  ADD CONSTRAINT "run_state_check" CHECK ("state" IN ('planning', 'delivering', 'succeeded', 'incomplete', 'failed', 'held', 'cancelled')),
  ADD CONSTRAINT "run_stop_check" CHECK ("stop" IN ('pause', 'cancel'));
-- Runs that are under way, looked for every few seconds.
CREATE INDEX "run_under_way_idx" ON "run" ("sync_id") WHERE "state" IN ('planning', 'delivering');

-- What the experiment of a sync said on a day, as it said it then.
CREATE TABLE "lift_reading" (
  "sync_id"     UUID NOT NULL,
  "computed_at" TIMESTAMPTZ(3) NOT NULL,
  "window_days" INTEGER NOT NULL,
  -- The estimate with its interval, or why there is none.
  "lift"        JSONB NOT NULL,
  CONSTRAINT "lift_reading_pkey" PRIMARY KEY ("sync_id", "computed_at"),
  CONSTRAINT "lift_reading_sync_id_fkey" FOREIGN KEY ("sync_id") REFERENCES "sync" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
