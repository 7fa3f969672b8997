-- One row a request: removals first, so that nobody waits behind the additions to be taken off.
WITH removal AS (
  SELECT request, sum(rows)::int AS rows FROM plan_removal GROUP BY request
),
addition AS (
  SELECT
    n AS request,
    least(:batch_rows::int, :added::int - (n - 1) * :batch_rows::int) AS rows
  FROM generate_series(1, ceil(:added::int / :batch_rows::float8)::int) AS n
),
request AS (
  SELECT 'remove' AS operation, request AS seq, rows FROM removal
  UNION ALL
  SELECT 'add', request + (SELECT count(*) FROM removal)::int, rows FROM addition
)
INSERT INTO batch (run_id, audience_id, seq, operation, rows, state)
SELECT :run_id::bigint, :audience_id::uuid, seq, operation, rows, 'planned'
FROM request
