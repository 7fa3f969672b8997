-- Whether every trigger that notes changes is there and fires, and the cluster of "seen" is known.
SELECT
  database_cluster() IS NOT NULL
  AND (
    SELECT count(*) = :triggers::int FROM pg_trigger
    WHERE tgname LIKE 'note\_%' AND tgenabled = 'O'
      AND tgrelid IN (
        'identity'::regclass, 'consent'::regclass, 'customer'::regclass, 'erasure'::regclass,
        'suppression'::regclass
      )
  ) AS tracked
