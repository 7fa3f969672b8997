-- Everything that is to be sent or taken off becomes unconfirmed before any of it leaves. A row that
-- is there keeps the time at which it was sent.
INSERT INTO do_not_reach (destination_id, key, sent_at, confirmed)
SELECT :destination_id::uuid, key, :now::timestamptz, false
FROM do_not_reach_plan
WHERE step <> 'unchanged'
ORDER BY key
ON CONFLICT (destination_id, key) DO UPDATE SET confirmed = false
