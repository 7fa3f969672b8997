-- The last slot of a schedule says up to when it is seen to, however long ago.
DELETE FROM schedule_slot old
WHERE old.slot < :before::timestamptz
  AND EXISTS (SELECT 1 FROM schedule_slot newer WHERE newer.key = old.key AND newer.slot > old.slot)
