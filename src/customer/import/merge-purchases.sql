-- Writes the purchases that are new or differ, and touches no other.
-- What the file speaks of is found first: Citus then leaves everything else where it is.
WITH known AS (
  SELECT purchase.*
  FROM import_purchase
  JOIN purchase
    ON purchase.customer_id = import_purchase.customer_id
    AND purchase.purchase_id = import_purchase.purchase_id
),
changed AS (
  SELECT staged.customer_id, staged.purchase_id, known.customer_id IS NULL AS is_new, merged.*
  FROM import_purchase AS staged
  LEFT JOIN known
    ON known.customer_id = staged.customer_id AND known.purchase_id = staged.purchase_id
  CROSS JOIN LATERAL (
    SELECT
      coalesce(staged.at_exactly, staged.at_locally AT TIME ZONE :timezone)::timestamptz(3)
        AS purchased_at,
      staged.amount AS amount,
      coalesce(nullif(coalesce(staged.currency, known.currency), ''), :currency) AS currency,
      CASE
        WHEN staged.quantity IS NULL THEN known.quantity
        ELSE nullif(staged.quantity, '')::numeric(12,3)
      END AS quantity,
      nullif(coalesce(staged.category, known.category), '') AS category,
      (coalesce(known.attributes, '{}') - staged.cleared) || staged.attributes AS attributes
  ) AS merged
  WHERE known.customer_id IS NULL
    OR (
      known.purchased_at, known.amount, known.currency, known.quantity, known.category,
      known.attributes
    ) IS DISTINCT FROM (
      merged.purchased_at, merged.amount, merged.currency, merged.quantity, merged.category,
      merged.attributes
    )
),
written AS (
  INSERT INTO purchase (
    customer_id, purchase_id, purchased_at, amount, currency, quantity, category, attributes,
    created_at, updated_at
  )
  SELECT
    customer_id, purchase_id, purchased_at, amount, currency, quantity, category, attributes,
    :now, :now
  FROM changed
  ORDER BY customer_id, purchase_id
  ON CONFLICT (customer_id, purchase_id) DO UPDATE SET
    purchased_at = excluded.purchased_at,
    amount = excluded.amount,
    currency = excluded.currency,
    quantity = excluded.quantity,
    category = excluded.category,
    attributes = excluded.attributes,
    updated_at = excluded.updated_at
)
SELECT
  (count(*) FILTER (WHERE is_new))::integer AS inserted,
  (count(*) FILTER (WHERE NOT is_new))::integer AS updated
FROM changed
