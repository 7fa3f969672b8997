-- Consents may come before the people: who is not known yet is entered with nothing but the id.
WITH known AS (
  SELECT DISTINCT customer.customer_id
  FROM import_consent
  JOIN customer ON customer.customer_id = import_consent.customer_id
)
INSERT INTO customer (customer_id, country, created_at, updated_at)
SELECT DISTINCT staged.customer_id, :country::text, :now::timestamptz, :now::timestamptz
FROM import_consent AS staged
LEFT JOIN known ON known.customer_id = staged.customer_id
WHERE known.customer_id IS NULL AND staged.purposes <> '{}'
ORDER BY staged.customer_id
ON CONFLICT (customer_id) DO NOTHING
