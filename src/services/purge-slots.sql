-- The last slot of a schedule says up to when it is seen to, however long ago; those of a sync or a
-- segment that is no more are looked at by nobody.
DELETE FROM schedule_slot old
WHERE (
    old.slot < :before::timestamptz
    AND EXISTS (SELECT 1 FROM schedule_slot newer WHERE newer.key = old.key AND newer.slot > old.slot)
  )
  OR (old.key LIKE 'sync:%' AND old.key NOT IN (SELECT 'sync:' || id::text FROM sync))
  OR (old.key LIKE 'segment:%' AND old.key NOT IN (SELECT 'segment:' || id::text FROM segment))
