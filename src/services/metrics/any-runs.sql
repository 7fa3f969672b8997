-- Whether a run with an end is in no total yet.
SELECT 1 FROM run
WHERE NOT tallied AND state NOT IN ('planning', 'delivering')
LIMIT 1
