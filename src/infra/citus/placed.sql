-- Our tables that Citus has distributed (by hash) or copied to every machine. Others that it knows
-- are local ones to which such a table refers.
SELECT t.relname AS name
FROM pg_class t
JOIN pg_dist_partition p ON p.logicalrelid = t.oid
WHERE t.relnamespace = current_schema()::regnamespace
  AND (p.partmethod = 'h' OR (p.partmethod = 'n' AND p.repmodel = 't'))
