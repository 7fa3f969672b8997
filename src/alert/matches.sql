-- Of each audience, the newest reading that can be judged, and the best one of its kind before it.
-- Sizes follow changes of the list by up to a day, while the people sent are known at once: a size
-- counts only where the list did not grow or shrink by more than a tenth since the last reading that
-- is two days older. While an alert is open, the best is looked for from four weeks before it on: what
-- is not told, or stays low, for four weeks is no recovery.
WITH windows AS (
  SELECT
    a.id AS audience_id,
    s.name AS sync,
    least(:since::timestamptz, o.opened_at - (:now::timestamptz - :since::timestamptz)) AS since
  FROM audience a
  JOIN sync s ON s.id = a.sync_id
  LEFT JOIN alert o
    ON o.kind = 'match-dropped' AND o.object_name = s.name AND o.closed_at IS NULL
),
readings AS (
  SELECT
    m.audience_id, m.observed_at, m.kind, m.lower, m.upper, m.accepted_lower, m.accepted_upper,
    last_value(accepted_upper) OVER older AS before,
    min(accepted_upper) OVER two_days AS least,
    max(accepted_upper) OVER two_days AS most
  FROM match_observation m
  JOIN windows w ON w.audience_id = m.audience_id
  WHERE m.observed_at > w.since AND m.observed_at <= :now::timestamptz AND m.kind IN ('count', 'rate')
  WINDOW
    older AS (PARTITION BY m.audience_id ORDER BY m.observed_at RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL '2 days' PRECEDING),
    two_days AS (PARTITION BY m.audience_id ORDER BY m.observed_at RANGE BETWEEN INTERVAL '2 days' PRECEDING AND CURRENT ROW)
),
settled AS (
  SELECT
    audience_id, observed_at, kind, lower, upper, accepted_lower, accepted_upper,
    CASE kind WHEN 'rate' THEN lower ELSE lower / nullif(accepted_upper, 0) END AS share
  FROM readings
  WHERE kind = 'rate'
    OR (
      most <= least * 1.1
      AND accepted_upper BETWEEN coalesce(before, accepted_upper) / 1.1 AND coalesce(before, accepted_upper) * 1.1
    )
),
newest AS (
  SELECT DISTINCT ON (audience_id) * FROM settled ORDER BY audience_id, observed_at DESC
)
SELECT
  w.sync,
  n.kind,
  n.observed_at, n.lower, n.upper, n.accepted_lower, n.accepted_upper,
  b.observed_at AS best_observed_at, b.lower AS best_lower, b.upper AS best_upper,
  b.accepted_lower AS best_accepted_lower, b.accepted_upper AS best_accepted_upper
FROM newest n
JOIN LATERAL (
  SELECT * FROM settled o
  WHERE o.audience_id = n.audience_id AND o.kind = n.kind AND o.observed_at < n.observed_at AND o.share IS NOT NULL
  ORDER BY o.share DESC, o.observed_at DESC LIMIT 1
) b ON true
JOIN windows w ON w.audience_id = n.audience_id
ORDER BY w.sync
