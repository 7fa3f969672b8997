-- A list that is being written anew is written to its end.
UPDATE run SET stop = :how::text
WHERE (id = :run_id::bigint OR sync_id = :sync_id::uuid)
  AND state = 'delivering'
  AND mode <> 'replace'
  AND stop IS NULL
RETURNING id
