-- Writes the customers that are new or differ, and touches no other. The contact version counts
-- changes of what identity is computed from.
WITH changed AS (
  SELECT staged.customer_id, known.customer_id IS NULL AS is_new, merged.*
  FROM import_customer AS staged
  LEFT JOIN customer AS known ON known.customer_id = staged.customer_id
  CROSS JOIN LATERAL (
    SELECT
      coalesce(staged.emails, known.emails, '{}') AS emails,
      coalesce(staged.phones, known.phones, '{}') AS phones,
      coalesce(nullif(coalesce(staged.country, known.country), ''), :country) AS country,
      nullif(coalesce(staged.first_name, known.first_name), '') AS first_name,
      nullif(coalesce(staged.last_name, known.last_name), '') AS last_name,
      nullif(coalesce(staged.city, known.city), '') AS city,
      nullif(coalesce(staged.region, known.region), '') AS region,
      nullif(coalesce(staged.postal_code, known.postal_code), '') AS postal_code,
      nullif(coalesce(staged.birth_date, known.birth_date), '') AS birth_date,
      nullif(coalesce(staged.gender, known.gender), '') AS gender,
      (coalesce(known.attributes, '{}') - staged.cleared) || staged.attributes AS attributes
  ) AS merged
  WHERE known.customer_id IS NULL
    OR (
      known.emails, known.phones, known.country, known.first_name, known.last_name, known.city,
      known.region, known.postal_code, known.birth_date, known.gender, known.attributes
    ) IS DISTINCT FROM (
      merged.emails, merged.phones, merged.country, merged.first_name, merged.last_name,
      merged.city, merged.region, merged.postal_code, merged.birth_date, merged.gender,
      merged.attributes
    )
),
written AS (
  INSERT INTO customer AS known (
    customer_id, emails, phones, country, first_name, last_name, city, region, postal_code,
    birth_date, gender, attributes, created_at, updated_at
  )
  SELECT
    customer_id, emails, phones, country, first_name, last_name, city, region, postal_code,
    birth_date, gender, attributes, :now, :now
  FROM changed
  -- Ordered, so that two writers of the same customers never wait for each other in a circle.
  ORDER BY customer_id
  ON CONFLICT (customer_id) DO UPDATE SET
    emails = excluded.emails,
    phones = excluded.phones,
    country = excluded.country,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    city = excluded.city,
    region = excluded.region,
    postal_code = excluded.postal_code,
    birth_date = excluded.birth_date,
    gender = excluded.gender,
    attributes = excluded.attributes,
    contact_version = known.contact_version
      + ((known.emails, known.phones, known.country)
         IS DISTINCT FROM (excluded.emails, excluded.phones, excluded.country))::integer,
    identity_stale = known.identity_stale
      OR (known.emails, known.phones, known.country)
         IS DISTINCT FROM (excluded.emails, excluded.phones, excluded.country),
    updated_at = excluded.updated_at
)
SELECT
  (count(*) FILTER (WHERE is_new))::integer AS inserted,
  (count(*) FILTER (WHERE NOT is_new))::integer AS updated,
  (SELECT count(*) FROM import_customer WHERE country = :unknown_country)::integer AS country_unread
FROM changed
