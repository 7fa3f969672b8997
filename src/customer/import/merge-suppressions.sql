-- Writes the suppressions that are new or say more than what is known. Of two ends the later holds,
-- with the reason that came with it, and for ever is the latest: what one list asked for is not
-- shortened because another list asks for less.
WITH asked AS (
  SELECT
    staged.line, staged.kind, staged.customer_id, staged.digest, staged.more, staged.reason,
    coalesce(staged.until_exactly, staged.until_locally AT TIME ZONE :timezone)::timestamptz(3)
      AS until
  FROM import_suppression AS staged
),
-- Every spelling counts that any line has: a customer's address that came hashed is found by its own
-- digest alone.
spellings AS (
  SELECT kind, digest, array_agg(DISTINCT key) AS more
  FROM import_suppression CROSS JOIN LATERAL unnest(more) AS key
  GROUP BY kind, digest
),
strongest AS (
  SELECT DISTINCT ON (asked.kind, asked.customer_id, asked.digest)
    asked.line, asked.kind, asked.customer_id, asked.digest, asked.reason, asked.until,
    coalesce(spellings.more, '{}') AS more
  FROM asked
  LEFT JOIN spellings ON spellings.kind = asked.kind AND spellings.digest = asked.digest
  ORDER BY
    asked.kind, asked.customer_id, asked.digest, asked.until DESC NULLS FIRST, asked.line DESC
),
known AS (
  SELECT strongest.line, suppression.*
  FROM strongest JOIN suppression ON suppression.customer_id = strongest.customer_id
  UNION ALL
  SELECT strongest.line, suppression.*
  FROM strongest
  JOIN suppression
    ON suppression.kind = strongest.kind AND suppression.digest = strongest.digest
),
merged AS (
  SELECT
    known.id, strongest.line, strongest.kind, strongest.customer_id, strongest.digest, how.end_kept,
    CASE
      WHEN how.end_kept THEN known.reason
      ELSE coalesce(strongest.reason, known.reason, :no_reason::text)
    END AS reason,
    CASE WHEN how.end_kept THEN known.until ELSE strongest.until END AS until,
    -- In order, for the same keys to be the same list.
    ARRAY(SELECT unnest(known.more) UNION SELECT unnest(strongest.more) ORDER BY 1) AS more,
    -- One that had run out begins anew.
    CASE
      WHEN known.until <= :now::timestamptz AND (strongest.until > :now::timestamptz) IS NOT FALSE
        THEN :now::timestamptz
      ELSE coalesce(known.created_at, :now::timestamptz)
    END AS created_at,
    known.reason AS known_reason, known.until AS known_until, known.more AS known_more
  FROM strongest
  LEFT JOIN known ON known.line = strongest.line
  CROSS JOIN LATERAL (
    SELECT
      known.id IS NOT NULL
      AND coalesce(strongest.until, 'infinity') < coalesce(known.until, 'infinity') AS end_kept
  ) AS how
),
changed AS (
  SELECT * FROM merged
  WHERE id IS NOT NULL
    AND (reason, until, more) IS DISTINCT FROM (known_reason, known_until, known_more)
),
entered AS (
  INSERT INTO suppression (
    kind, customer_id, digest, more, reason, until, created_at, updated_at
  )
  SELECT kind, customer_id, digest, more, reason, until, created_at, :now::timestamptz
  FROM merged
  WHERE id IS NULL
  ORDER BY kind, customer_id, digest
),
altered AS (
  UPDATE suppression SET
    reason = changed.reason,
    until = changed.until,
    more = changed.more,
    created_at = changed.created_at,
    updated_at = :now::timestamptz
  FROM changed
  WHERE suppression.id = changed.id
)
SELECT
  (count(*) FILTER (WHERE id IS NULL))::integer AS inserted,
  (SELECT count(*) FROM changed)::integer AS updated,
  ((SELECT count(*) FROM asked) - count(*))::integer AS superseded,
  (count(*) FILTER (WHERE end_kept))::integer AS end_kept
FROM merged
