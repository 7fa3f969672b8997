-- What holds now of each customer and purpose that the file speaks of: the newest answer, but that
-- an unknown does not lift a no. Only a later yes does.
WITH touched AS MATERIALIZED (
  SELECT DISTINCT customer_id, purpose FROM import_answer
),
ordered AS (
  SELECT
    r.customer_id, r.purpose, r.at, r.status, r.source,
    -- The newest answer that is not unknown, as seen from every one.
    first_value(r.status) OVER (
      PARTITION BY r.customer_id, r.purpose
      ORDER BY r.status = 'unknown', r.at DESC
    ) AS definite
  FROM touched
  JOIN consent_record r ON r.customer_id = touched.customer_id AND r.purpose = touched.purpose
),
holding AS MATERIALIZED (
  SELECT DISTINCT ON (customer_id, purpose) customer_id, purpose, at, status, source
  FROM ordered
  ORDER BY customer_id, purpose, (status = 'unknown' AND definite = 'denied'), at DESC
),
known AS (
  SELECT consent.customer_id, consent.purpose, consent.status, consent.at
  FROM touched
  JOIN consent
    ON consent.customer_id = touched.customer_id AND consent.purpose = touched.purpose
),
judged AS MATERIALIZED (
  SELECT
    holding.*,
    known.customer_id IS NULL AS is_new,
    (known.status, known.at) IS DISTINCT FROM (holding.status, holding.at) AS changes
  FROM holding
  LEFT JOIN known
    ON known.customer_id = holding.customer_id AND known.purpose = holding.purpose
),
written AS (
  INSERT INTO consent (customer_id, purpose, status, at, source)
  SELECT customer_id, purpose, status, at, source
  FROM judged
  WHERE changes
  ORDER BY customer_id, purpose
  ON CONFLICT (customer_id, purpose) DO UPDATE SET
    status = excluded.status,
    at = excluded.at,
    source = excluded.source
),
ranked AS (
  SELECT
    answer.*,
    row_number() OVER (
      PARTITION BY customer_id, purpose ORDER BY at DESC, strictness DESC, line DESC
    ) AS place,
    row_number() OVER (
      PARTITION BY customer_id, purpose, at ORDER BY strictness DESC, line DESC
    ) AS place_of_moment
  FROM import_answer AS answer
),
outcome AS (
  SELECT
    ranked.line,
    bool_or(ranked.place = 1 OR (judged.at = ranked.at AND ranked.place_of_moment = 1)) AS counts,
    bool_or(judged.is_new AND judged.at = ranked.at AND ranked.place_of_moment = 1) AS inserts,
    bool_or(judged.changes AND judged.at = ranked.at AND ranked.place_of_moment = 1) AS changes
  FROM ranked
  JOIN judged ON judged.customer_id = ranked.customer_id AND judged.purpose = ranked.purpose
  GROUP BY ranked.line
)
SELECT
  (count(*) FILTER (WHERE inserts))::integer AS inserted,
  (count(*) FILTER (WHERE changes AND NOT inserts))::integer AS updated,
  (count(*) FILTER (WHERE NOT counts))::integer AS superseded
FROM outcome
