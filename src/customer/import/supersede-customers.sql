-- Of several lines with the same key, the last one counts.
DELETE FROM import_customer AS line
USING (
  SELECT customer_id, max(line) AS last
  FROM import_customer
  GROUP BY customer_id
  HAVING count(*) > 1
) AS repeated
WHERE line.customer_id = repeated.customer_id AND line.line < repeated.last
