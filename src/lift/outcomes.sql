-- Intention to treat: everybody who ever entered, by the arm written at entry, whatever became of
-- the upload. A person counts once their whole window has passed, the same for both arms.
SELECT
  a.holdout::float8 AS holdout,
  a.arm,
  count(*) FILTER (WHERE a.entered_at + make_interval(days => :window_days::int) <= :as_of::timestamptz)::int AS assigned,
  count(*) FILTER (
    WHERE a.entered_at + make_interval(days => :window_days::int) <= :as_of::timestamptz
      AND EXISTS (
        SELECT 1 FROM purchase p
        WHERE p.customer_id = a.customer_id
          AND p.purchased_at > a.entered_at
          AND p.purchased_at <= a.entered_at + make_interval(days => :window_days::int)
      )
  )::int AS converted,
  max(a.entered_at) AS last_entry,
  count(*) FILTER (WHERE a.entered_at + make_interval(days => :window_days::int) > :as_of::timestamptz)::int AS waiting
FROM assignment a
WHERE a.sync_id = :sync_id::uuid
GROUP BY a.holdout, a.arm
ORDER BY a.holdout, a.arm
