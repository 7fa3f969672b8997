-- What a plan can leave out of its statements because there is none of it, and whether customers are
-- on several machines (Citus).
SELECT
  EXISTS (SELECT 1 FROM suppression) AS any_suppression,
  EXISTS (SELECT 1 FROM suppression WHERE digest IS NOT NULL OR more <> '{}') AS any_suppressed_key,
  EXISTS (SELECT 1 FROM consent) AS any_consent,
  EXISTS (SELECT 1 FROM assignment WHERE sync_id = :sync_id::uuid) AS any_arm,
  EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') AS on_citus
