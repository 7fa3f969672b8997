-- The triggers of our own on tables that are about to move.
SELECT g.tgname AS name, t.relname AS "table"
FROM pg_trigger g
JOIN pg_class t ON t.oid = g.tgrelid
WHERE NOT g.tgisinternal
  AND t.relnamespace = current_schema()::regnamespace
  AND t.relname = ANY (:tables::text[])
ORDER BY t.relname, g.tgname
