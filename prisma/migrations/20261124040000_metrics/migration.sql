-- What /metrics counts. A counter must never go down, while runs and batches change after their end
-- and are deleted one day: so that each is counted once, when it has come to an end, into a total that
-- stays.

ALTER TABLE "run"
  -- Whether it is in the totals; only then may it be deleted.
  ADD COLUMN "tallied" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "run_untallied_idx" ON "run" ("id") WHERE NOT "tallied";

ALTER TABLE "batch"
  ADD COLUMN "tallied" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "batch_untallied_idx" ON "batch" ("id") WHERE NOT "tallied";

-- Totals since the beginning; '' where a counter has no such label. The sync is its name at that time.
CREATE TABLE "tally" (
  -- runs, batches or rows.
  "counter"   TEXT COLLATE "C" NOT NULL,
  "sync"      TEXT COLLATE "C" NOT NULL,
  "platform"  TEXT COLLATE "C" NOT NULL,
  "operation" TEXT COLLATE "C" NOT NULL,
  -- How a run or a batch ended (not_sent: its run ended without it), or what became of rows.
  "outcome"   TEXT COLLATE "C" NOT NULL,
  "value"     BIGINT NOT NULL,
  CONSTRAINT "tally_pkey" PRIMARY KEY ("counter", "sync", "platform", "operation", "outcome"),
  CONSTRAINT "tally_counter_check" CHECK ("counter" IN ('runs', 'batches', 'rows'))
);
