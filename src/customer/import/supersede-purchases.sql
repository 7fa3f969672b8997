-- Of several lines with the same key, the last one counts.
DELETE FROM import_purchase AS line
USING (
  SELECT customer_id, purchase_id, max(line) AS last
  FROM import_purchase
  GROUP BY customer_id, purchase_id
  HAVING count(*) > 1
) AS repeated
WHERE line.customer_id = repeated.customer_id
  AND line.purchase_id = repeated.purchase_id
  AND line.line < repeated.last
