-- Customers with an e-mail and a phone each, and the identities that the product would compute of
-- them: the bench checks a sample against the product's own. Ids are in no order of the bytes, as
-- those of a shop are.
WITH person AS (
  SELECT
    'shop-' || n AS customer_id,
    'person.' || n || '@example.jp' AS email,
    '+8190' || lpad(n::text, 8, '0') AS phone
  FROM generate_series(:first::int, :last::int) AS n
),
customers AS (
  INSERT INTO customer (
    customer_id, emails, phones, country, identity_stale, created_at, updated_at
  )
  SELECT customer_id, ARRAY[email], ARRAY[phone], 'JP', false, :now::timestamptz, :now::timestamptz
  FROM person
)
INSERT INTO identity (
  customer_id, email_plain, email_google, phone_e164, phone_digits, email_domain, profile_meta, contact_version, computed_at
)
SELECT
  customer_id,
  ARRAY['\x65'::bytea || sha256(email::bytea)],
  ARRAY['\x65'::bytea || sha256(email::bytea)],
  ARRAY['\x70'::bytea || sha256(phone::bytea)],
  ARRAY['\x70'::bytea || sha256(substring(phone FROM 2)::bytea)],
  ARRAY[sha256('example.jp')],
  -- The country alone is known of them.
  '\x0020'::bytea || sha256('jp'),
  1,
  :now::timestamptz
FROM person
