-- One row a customer who has bought by :as_of, from purchases up to that moment. A day is a day in
-- :timezone; several purchases of one day count once.
--   recency_days   days from the last purchase day to the as-of day
--   purchase_days  distinct days with a purchase
--   span_days      days from the first purchase day to the last
-- The join drops purchases imported before their customer. It stands inside, where both tables are
-- read in the order of their keys: after the aggregate the planner expects 200 rows and loops.
SELECT
  customer_id,
  (:as_of::timestamptz AT TIME ZONE :timezone::text)::date - max(day) AS recency_days,
  count(*) AS purchase_days,
  max(day) - min(day) AS span_days
FROM (
  SELECT DISTINCT customer_id, (purchased_at AT TIME ZONE :timezone::text)::date AS day
  FROM purchase
  JOIN customer USING (customer_id)
  WHERE purchased_at <= :as_of::timestamptz
) purchase_day
GROUP BY customer_id
