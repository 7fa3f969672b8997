-- Our functions that the other machines lack: not those of extensions, nor of triggers.
SELECT f.oid::regprocedure::text AS name
FROM pg_proc f
WHERE f.pronamespace = current_schema()::regnamespace
  AND f.prorettype <> 'trigger'::regtype
  AND NOT EXISTS (
    SELECT 1 FROM pg_dist_object known
    WHERE known.classid = 'pg_proc'::regclass AND known.objid = f.oid
  )
  AND NOT EXISTS (
    SELECT 1 FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e'
  )
ORDER BY name
