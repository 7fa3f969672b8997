-- A hundredth of the customers, scattered over all of them: three in five have another e-mail, one in
-- five is new, one in five is suppressed.
WITH other_email AS (
  UPDATE customer
  SET
    emails = ARRAY['changed.' || :round::int || '.' || customer_id || '@example.jp'],
    contact_version = contact_version + 1,
    identity_stale = true,
    updated_at = :now::timestamptz
  WHERE customer_id IN (
    SELECT 'shop-' || (n * (:customers::int / (:changed::int * 3 / 5)) + 1 + :round::int)
    FROM generate_series(0, :changed::int * 3 / 5 - 1) AS n
  )
),
newcomer AS (
  INSERT INTO customer (customer_id, emails, phones, country, created_at, updated_at)
  SELECT
    'shop-' || id,
    ARRAY['person.' || id || '@example.jp'],
    ARRAY['+8190' || lpad(id::text, 8, '0')],
    'JP',
    :now::timestamptz,
    :now::timestamptz
  FROM (
    SELECT :customers::int + :changed::int * :round::int + n AS id
    FROM generate_series(1, :changed::int / 5) AS n
  ) AS numbered
)
INSERT INTO suppression (kind, customer_id, reason, created_at, updated_at)
SELECT 'customer', 'shop-' || (n * (:customers::int / (:changed::int / 5)) + 50 + :round::int), 'asked', :now::timestamptz, :now::timestamptz
FROM generate_series(0, :changed::int / 5 - 1) AS n
