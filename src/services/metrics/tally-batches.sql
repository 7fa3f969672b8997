-- Batches by how they ended, and their rows by what became of them; every row counts once.
WITH ended AS (
  SELECT
    destination.platform,
    batch.operation,
    CASE batch.state WHEN 'planned' THEN 'not_sent' ELSE batch.state END AS state,
    batch.rows,
    batch.accepted,
    batch.rejected,
    batch.unknown
  FROM batch
  JOIN run ON run.id = batch.run_id
  JOIN sync ON sync.id = run.sync_id
  JOIN destination ON destination.id = sync.destination_id
  WHERE batch.id = ANY (:ids::bigint[])
),
counted AS (
  SELECT 'batches' AS counter, platform, operation, state AS outcome, 1 AS value FROM ended
  UNION ALL
  SELECT 'rows', platform, operation, of_rows.outcome, of_rows.value
  FROM ended
  CROSS JOIN LATERAL (
    VALUES
      ('accepted', accepted),
      ('rejected', rejected),
      ('unknown', unknown),
      ('not_sent', rows - accepted - rejected - unknown)
  ) AS of_rows (outcome, value)
)
INSERT INTO tally (counter, sync, platform, operation, outcome, value)
SELECT counter, '', platform, operation, outcome, sum(value)
FROM counted
GROUP BY counter, platform, operation, outcome
ORDER BY counter, platform, operation, outcome
ON CONFLICT (counter, sync, platform, operation, outcome)
DO UPDATE SET value = tally.value + excluded.value
