-- What was under way when its process died may have arrived.
UPDATE batch SET state = 'lost', unknown = rows - rejected, ghost_until = :ghost_until::timestamptz
WHERE run_id = :run_id::bigint AND state = 'sending'
RETURNING id, operation, unknown
