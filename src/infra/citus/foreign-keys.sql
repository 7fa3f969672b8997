-- The foreign keys from and to tables that are about to move, as they are made again afterwards.
SELECT
  f.conname AS name,
  t.relname AS "table",
  pg_get_constraintdef(f.oid) AS definition
FROM pg_constraint f
JOIN pg_class t ON t.oid = f.conrelid
JOIN pg_class target ON target.oid = f.confrelid
WHERE f.contype = 'f'
  AND f.connamespace = current_schema()::regnamespace
  AND (t.relname = ANY (:tables::text[]) OR target.relname = ANY (:tables::text[]))
ORDER BY t.relname, f.conname
