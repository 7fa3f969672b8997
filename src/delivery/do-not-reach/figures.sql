-- The plan in numbers, beside the suppressions that have no address of their own.
SELECT
  (count(*) FILTER (WHERE step = 'add'))::int AS to_add,
  (count(*) FILTER (WHERE step = 'renew'))::int AS to_renew,
  (count(*) FILTER (WHERE step = 'remove'))::int AS to_remove,
  (count(*) FILTER (WHERE step = 'unchanged'))::int AS unchanged,
  (count(*) FILTER (WHERE step IN ('add', 'renew') AND substring(key FOR 1) = 'e'))::int AS emails,
  (count(*) FILTER (WHERE step IN ('add', 'renew') AND substring(key FOR 1) = 'p'))::int AS phones,
  (
    SELECT count(*)::int FROM suppression
    WHERE kind = 'customer' AND (until IS NULL OR until > :now::timestamptz)
  ) AS customers,
  (
    SELECT count(*)::int FROM suppression
    WHERE kind = 'domain' AND (until IS NULL OR until > :now::timestamptz)
  ) AS domains
FROM do_not_reach_plan
