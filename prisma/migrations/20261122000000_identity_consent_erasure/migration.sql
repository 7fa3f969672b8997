-- Every kind of identifier, consent with its history, erasure, and contact policy.

-- Identifiers -------------------------------------------------------------------------------------

ALTER TABLE "customer"
  ADD COLUMN "mobile_ids"  TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN "x_handles"   TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN "x_ids"       TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN "external_id" TEXT;

-- A key is what a platform gets of a person, behind one byte that says its kind: 'e' e-mail, 'p'
-- phone, 'm' mobile id as it is, 'M' its digest, 'h' X handle, 'i' X id, 'x' external id, 'a' name
-- and postal address. Digests are their 32 bytes; src/identity/keys.ts reads and writes keys.
DELETE FROM "identity";
UPDATE "customer" SET "identity_stale" = true;
ALTER TABLE "identity"
  ADD COLUMN "mobile_id_plain"  BYTEA[] NOT NULL DEFAULT '{}',
  ADD COLUMN "mobile_id_hashed" BYTEA[] NOT NULL DEFAULT '{}',
  ADD COLUMN "x_handle"         BYTEA[] NOT NULL DEFAULT '{}',
  ADD COLUMN "x_id"             BYTEA[] NOT NULL DEFAULT '{}',
  ADD COLUMN "external_id"      BYTEA[] NOT NULL DEFAULT '{}',
  ADD COLUMN "address_google"   BYTEA[] NOT NULL DEFAULT '{}',
  -- Digests that go along with the keys and are none themselves: names, address, birth, gender.
  ADD COLUMN "profile_meta"     BYTEA,
  -- Two lowercase letters, for the laws of single states; null elsewhere or where it is not known.
  ADD COLUMN "us_state"         TEXT;

-- Consent -----------------------------------------------------------------------------------------

ALTER TABLE "consent"
  DROP CONSTRAINT "consent_status_check",
  ADD CONSTRAINT "consent_status_check" CHECK ("status" IN ('granted', 'denied', 'unknown'));

-- Everything that was ever said, of which "consent" keeps the newest: under which consent somebody
-- was on an audience in March is answered from here.
CREATE TABLE "consent_record" (
  "customer_id" TEXT COLLATE "C" NOT NULL,
  "purpose"     TEXT NOT NULL,
  "at"          TIMESTAMPTZ(3) NOT NULL,
  "status"      TEXT NOT NULL,
  "source"      TEXT NOT NULL,
  "recorded_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "consent_record_pkey" PRIMARY KEY ("customer_id", "purpose", "at")
);
INSERT INTO "consent_record" ("customer_id", "purpose", "at", "status", "source", "recorded_at")
SELECT "customer_id", "purpose", "at", "status", "source", "at" FROM "consent";

-- A value has a key under each rule that it can be hashed by: `digest` is the one it is known by.
DELETE FROM "suppression" WHERE "kind" IN ('email', 'phone') AND octet_length("digest") <> 32;
UPDATE "suppression" SET "digest" = '\x65'::bytea || "digest" WHERE "kind" = 'email';
UPDATE "suppression" SET "digest" = '\x70'::bytea || "digest" WHERE "kind" = 'phone';
ALTER TABLE "suppression"
  ADD COLUMN "more"       BYTEA[] NOT NULL DEFAULT '{}',
  ADD COLUMN "updated_at" TIMESTAMPTZ(3);
UPDATE "suppression" SET "updated_at" = "created_at";
ALTER TABLE "suppression" ALTER COLUMN "updated_at" SET NOT NULL;

-- What an unknown answer means by region, and where platforms are told to limit their use of data.
ALTER TABLE "destination" ADD COLUMN "consent_policy" JSONB NOT NULL DEFAULT '{}';

-- The ledger --------------------------------------------------------------------------------------

ALTER TABLE "membership"
  ADD COLUMN "keys"               BYTEA[],
  ADD COLUMN "gone_keys"          BYTEA[] NOT NULL DEFAULT '{}',
  -- What was sent along with the keys, for change to be seen.
  ADD COLUMN "profile"            BYTEA,
  ADD COLUMN "ad_user_data"       BOOLEAN,
  ADD COLUMN "ad_personalization" BOOLEAN,
  -- The state's number where the platform is told to limit its use of this person's data (Meta's
  -- data_processing_options_state; 0 lets Meta find the state); null where it is not.
  ADD COLUMN "limited_use_state"  INTEGER,
  -- When the person was first planned onto the audience without having left since.
  ADD COLUMN "since"              TIMESTAMPTZ(3);
UPDATE "membership" m SET
  "keys" = ARRAY(SELECT '\x65'::bytea || key FROM unnest(m."email") AS key)
        || ARRAY(SELECT '\x70'::bytea || key FROM unnest(m."phone") AS key),
  "gone_keys" = ARRAY(SELECT '\x65'::bytea || key FROM unnest(m."gone_email") AS key)
             || ARRAY(SELECT '\x70'::bytea || key FROM unnest(m."gone_phone") AS key),
  "ad_user_data" = m."consent_granted",
  "ad_personalization" = m."consent_granted",
  "since" = coalesce(
    (SELECT r."started_at" FROM "batch" b JOIN "run" r ON r."id" = b."run_id" WHERE b."id" = m."add_batch_id"),
    (SELECT a."created_at" FROM "audience" a WHERE a."id" = m."audience_id"),
    now()
  );
ALTER TABLE "membership"
  ALTER COLUMN "keys" SET NOT NULL,
  ALTER COLUMN "ad_user_data" SET NOT NULL,
  ALTER COLUMN "ad_personalization" SET NOT NULL,
  ALTER COLUMN "since" SET NOT NULL,
  DROP COLUMN "email",
  DROP COLUMN "phone",
  DROP COLUMN "gone_email",
  DROP COLUMN "gone_phone",
  DROP COLUMN "consent_granted";

-- Who was on an audience and left: for access requests, and for the time before they may come back.
CREATE TABLE "past_membership" (
  "audience_id"        UUID NOT NULL,
  "customer_id"        TEXT COLLATE "C" NOT NULL,
  "since"              TIMESTAMPTZ(3) NOT NULL,
  "until"              TIMESTAMPTZ(3) NOT NULL,
  "ad_user_data"       BOOLEAN NOT NULL,
  "ad_personalization" BOOLEAN NOT NULL,
  -- The standing that took them off; 'not_in_segment' where it was the segment.
  "reason"             TEXT NOT NULL,
  CONSTRAINT "past_membership_pkey" PRIMARY KEY ("audience_id", "customer_id", "until")
);

-- The ledger with what became of its batches. `touched` keys may be on the platform: their batch was
-- sent, or an earlier one may have put them there. An addition is `taken` when the platform took it
-- or is working on it. A removal is `answered` for when the platform took every row of it and cannot
-- have worked on the addition of the same keys afterwards: whoever leaves keeps the batch that added
-- them, and one that was answered for only behind the removal may have been carried out behind it.
CREATE VIEW "ledger" AS
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
  m."maybe_there" OR coalesce(added."state" IN ('sending', 'pending', 'done', 'lost'), false) AS "touched",
  coalesce(added."state" = 'pending' OR (added."state" = 'done' AND added."accepted" + added."unknown" > 0), false) AS "taken",
  added."sent_at" AS "taken_at",
  coalesce(added."state" = 'pending', false) AS "addition_pending",
  coalesce(removed."state" = 'pending', false) AS "removal_pending",
  coalesce(
    removed."state" = 'done' AND removed."rejected" = 0 AND removed."unknown" = 0
    AND (
      m."keys" <> '{}'
      OR added."id" IS NULL
      OR (added."state" <> 'pending' AND coalesce(added."answered_at" <= removed."sent_at", true))
    ),
    false
  ) AS "removal_answered"
FROM "membership" m
LEFT JOIN "batch" added ON added."id" = m."add_batch_id" AND added."audience_id" = m."audience_id"
LEFT JOIN "batch" removed ON removed."id" = m."remove_batch_id" AND removed."audience_id" = m."audience_id";

-- Contact policy ----------------------------------------------------------------------------------

ALTER TABLE "sync"
  -- 1 goes before 2: who gives way where a person may be on few audiences.
  ADD COLUMN "priority"        INTEGER NOT NULL DEFAULT 100,
  -- Of the syncs of one group, a person is on the audience of one.
  ADD COLUMN "exclusive_group" TEXT,
  ADD COLUMN "contact_policy"  JSONB NOT NULL DEFAULT '{}';

ALTER TABLE "run"
  ADD COLUMN "erased"           INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "purchased"        INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "time_up"          INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "cooling_down"     INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "in_group"         INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "enough_audiences" INTEGER NOT NULL DEFAULT 0,
  -- Wanted people left as they are until the platform has answered an earlier request about them.
  ADD COLUMN "waiting"          INTEGER NOT NULL DEFAULT 0;

-- Erasure -----------------------------------------------------------------------------------------

-- One request to be forgotten. The customer's id is kept until everything is gone, then nothing but
-- the tombstone says who it was.
CREATE TABLE "erasure" (
  "id"           UUID NOT NULL DEFAULT gen_random_uuid(),
  "customer_id"  TEXT COLLATE "C",
  "tombstone"    BYTEA NOT NULL,
  "requested_at" TIMESTAMPTZ(3) NOT NULL,
  "finished_at"  TIMESTAMPTZ(3),
  CONSTRAINT "erasure_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "erasure_finished_check" CHECK (("finished_at" IS NULL) = ("customer_id" IS NOT NULL))
);
CREATE UNIQUE INDEX "erasure_tombstone_key" ON "erasure" ("tombstone");
CREATE INDEX "erasure_customer_id_idx" ON "erasure" ("customer_id") WHERE "customer_id" IS NOT NULL;

-- What each audience's platform was asked, and answered.
CREATE TABLE "erasure_receipt" (
  "erasure_id"   UUID NOT NULL,
  "audience_id"  UUID NOT NULL,
  -- waiting: not tried, or tried and not answered for; clear: nothing of the person was there;
  -- removed: the platform took every key off; gone: a person has seen that the list is no more.
  "state"        TEXT NOT NULL,
  -- Whether any key may have been there when the erasure was requested.
  "was_there"    BOOLEAN NOT NULL,
  -- Null where a run of the sync took them off, which counts people.
  "keys_removed" INTEGER,
  -- Keys that stay, since somebody else on the audience carries them.
  "keys_shared"  INTEGER NOT NULL DEFAULT 0,
  "request_ids"  TEXT[] NOT NULL DEFAULT '{}',
  "attempts"     INTEGER NOT NULL DEFAULT 0,
  "updated_at"   TIMESTAMPTZ(3) NOT NULL,
  "problem"      JSONB,
  CONSTRAINT "erasure_receipt_pkey" PRIMARY KEY ("erasure_id", "audience_id"),
  CONSTRAINT "erasure_receipt_erasure_id_fkey" FOREIGN KEY ("erasure_id") REFERENCES "erasure" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "erasure_receipt_audience_id_fkey" FOREIGN KEY ("audience_id") REFERENCES "audience" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "erasure_receipt_state_check" CHECK ("state" IN ('waiting', 'clear', 'removed', 'gone'))
);

-- SHA-256 of the installation's salt and a customer's id: says that somebody was erased, and not who.
CREATE FUNCTION "tombstone"("salt" TEXT, "customer_id" TEXT) RETURNS BYTEA
  LANGUAGE SQL IMMUTABLE PARALLEL SAFE
  RETURN sha256(convert_to("salt" || ':' || "customer_id", 'UTF8'));
INSERT INTO "setting" ("key", "value", "updated_at")
VALUES ('tombstone-salt', to_jsonb(gen_random_uuid()::text || gen_random_uuid()::text), now());
