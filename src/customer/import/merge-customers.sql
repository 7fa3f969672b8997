-- Writes the customers that are new or differ, and touches no other. The contact version counts
-- changes of what identity is computed from: of everything but the attributes.
-- Whom the file speaks of is found first: Citus then leaves everybody else where they are.
WITH known AS (
  SELECT customer.*
  FROM import_customer
  JOIN customer ON customer.customer_id = import_customer.customer_id
),
changed AS (
  SELECT staged.customer_id, known.customer_id IS NULL AS is_new, merged.*
  FROM import_customer AS staged
  LEFT JOIN known ON known.customer_id = staged.customer_id
  CROSS JOIN LATERAL (
    SELECT
      coalesce(staged.emails, known.emails, '{}') AS emails,
      coalesce(staged.phones, known.phones, '{}') AS phones,
      coalesce(staged.mobile_ids, known.mobile_ids, '{}') AS mobile_ids,
      coalesce(staged.x_handles, known.x_handles, '{}') AS x_handles,
      coalesce(staged.x_ids, known.x_ids, '{}') AS x_ids,
      coalesce(nullif(coalesce(staged.country, known.country), ''), :country) AS country,
      nullif(coalesce(staged.first_name, known.first_name), '') AS first_name,
      nullif(coalesce(staged.last_name, known.last_name), '') AS last_name,
      nullif(coalesce(staged.city, known.city), '') AS city,
      nullif(coalesce(staged.region, known.region), '') AS region,
      nullif(coalesce(staged.postal_code, known.postal_code), '') AS postal_code,
      nullif(coalesce(staged.birth_date, known.birth_date), '') AS birth_date,
      nullif(coalesce(staged.gender, known.gender), '') AS gender,
      nullif(coalesce(staged.external_id, known.external_id), '') AS external_id,
      (coalesce(known.attributes, '{}') - staged.cleared) || staged.attributes AS attributes
  ) AS merged
  WHERE known.customer_id IS NULL
    OR (
      known.emails, known.phones, known.mobile_ids, known.x_handles, known.x_ids, known.country,
      known.first_name, known.last_name, known.city, known.region, known.postal_code,
      known.birth_date, known.gender, known.external_id, known.attributes
    ) IS DISTINCT FROM (
      merged.emails, merged.phones, merged.mobile_ids, merged.x_handles, merged.x_ids,
      merged.country, merged.first_name, merged.last_name, merged.city, merged.region,
      merged.postal_code, merged.birth_date, merged.gender, merged.external_id, merged.attributes
    )
),
written AS (
  INSERT INTO customer AS known (
    customer_id, emails, phones, mobile_ids, x_handles, x_ids, country, first_name, last_name,
    city, region, postal_code, birth_date, gender, external_id, attributes, created_at,
    updated_at
  )
  SELECT
    customer_id, emails, phones, mobile_ids, x_handles, x_ids, country, first_name, last_name,
    city, region, postal_code, birth_date, gender, external_id, attributes, :now, :now
  FROM changed
  -- Ordered, so that two writers of the same customers never wait for each other in a circle.
  ORDER BY customer_id
  ON CONFLICT (customer_id) DO UPDATE SET
    emails = excluded.emails,
    phones = excluded.phones,
    mobile_ids = excluded.mobile_ids,
    x_handles = excluded.x_handles,
    x_ids = excluded.x_ids,
    country = excluded.country,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    city = excluded.city,
    region = excluded.region,
    postal_code = excluded.postal_code,
    birth_date = excluded.birth_date,
    gender = excluded.gender,
    external_id = excluded.external_id,
    attributes = excluded.attributes,
    (contact_version, identity_stale) = (
      SELECT known.contact_version + differs::integer, known.identity_stale OR differs
      FROM (
        SELECT (
          known.emails, known.phones, known.mobile_ids, known.x_handles, known.x_ids,
          known.country, known.first_name, known.last_name, known.city, known.region,
          known.postal_code, known.birth_date, known.gender, known.external_id
        ) IS DISTINCT FROM (
          excluded.emails, excluded.phones, excluded.mobile_ids, excluded.x_handles,
          excluded.x_ids, excluded.country, excluded.first_name, excluded.last_name,
          excluded.city, excluded.region, excluded.postal_code, excluded.birth_date,
          excluded.gender, excluded.external_id
        ) AS differs
      ) AS identity
    ),
    updated_at = excluded.updated_at
)
SELECT
  (count(*) FILTER (WHERE is_new))::integer AS inserted,
  (count(*) FILTER (WHERE NOT is_new))::integer AS updated,
  (SELECT count(*) FROM import_customer WHERE country = :unknown_country)::integer AS country_unread
FROM changed
