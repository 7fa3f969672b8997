-- Who differs from the ledger, and how. `leaving` are those on the audience who would go; `removed`
-- counts removals that are tried again as well. `gone` are those who have a key to take off.
SELECT
  count(*) FILTER (WHERE change = 'waiting' AND standing = 'eligible')::int AS waiting,
  count(*) FILTER (WHERE change IN ('new', 'again', 'changed'))::int AS added,
  count(*) FILTER (WHERE change = 'changed')::int AS changed,
  count(*) FILTER (WHERE change = 'left' AND (gone_keys <> '{}' OR maybe_there))::int AS removed,
  count(*) FILTER (WHERE change = 'left')::int AS left,
  count(*) FILTER (WHERE change = 'left' AND was_member)::int AS leaving,
  count(*) FILTER (WHERE gone_keys <> '{}')::int AS gone
FROM plan_change
