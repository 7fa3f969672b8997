-- Erasures that are pending since before a moment, by the sync whose audience they wait for. Nobody
-- is named.
SELECT s.name AS sync, count(*)::int AS pending, min(e.requested_at) AS since
FROM erasure e
LEFT JOIN erasure_receipt r ON r.erasure_id = e.id AND r.state = 'waiting'
LEFT JOIN audience a ON a.id = r.audience_id
LEFT JOIN sync s ON s.id = a.sync_id
WHERE e.finished_at IS NULL AND e.requested_at <= :before::timestamptz
GROUP BY s.name
ORDER BY s.name NULLS FIRST
