-- Recency and frequency weigh the same: the order is by the sum of the two counts of strictly worse
-- customers. Whoever has fewer than share * N customers strictly ahead is in, so that ties at the
-- border are all in.
SELECT customer_id
FROM history
JOIN (
  SELECT
    recency_days,
    purchase_days,
    ranked,
    coalesce(sum(people) OVER (
      ORDER BY recency_worse + frequency_worse DESC
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), 0) AS ahead
  FROM ranks
) place USING (recency_days, purchase_days)
WHERE ahead < :share::numeric * ranked
