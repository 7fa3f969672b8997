INSERT INTO tally (counter, sync, platform, operation, outcome, value)
SELECT 'runs', sync.name, destination.platform, '', run.state, count(*)
FROM run
JOIN sync ON sync.id = run.sync_id
JOIN destination ON destination.id = sync.destination_id
WHERE run.id = ANY (:ids::bigint[])
GROUP BY sync.name, destination.platform, run.state
ORDER BY sync.name, destination.platform, run.state
ON CONFLICT (counter, sync, platform, operation, outcome)
DO UPDATE SET value = tally.value + excluded.value
