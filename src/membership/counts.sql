-- The figures of rule 7. `members` is whom the ledger has on the audience before the run, `leaving`
-- those of them who would go; `removed` counts removals that are tried again as well.
SELECT
  (SELECT count(*) FROM plan_segment)::int AS in_segment,
  count(*) FILTER (WHERE standing = 'erased')::int AS erased,
  count(*) FILTER (WHERE standing = 'unreachable')::int AS unreachable,
  count(*) FILTER (WHERE standing = 'no_consent')::int AS no_consent,
  count(*) FILTER (WHERE standing = 'suppressed')::int AS suppressed,
  count(*) FILTER (WHERE standing = 'purchased')::int AS purchased,
  count(*) FILTER (WHERE standing = 'time_up')::int AS time_up,
  count(*) FILTER (WHERE standing = 'cooling_down')::int AS cooling_down,
  count(*) FILTER (WHERE standing = 'in_group')::int AS in_group,
  count(*) FILTER (WHERE standing = 'enough_audiences')::int AS enough_audiences,
  count(*) FILTER (WHERE standing = 'held_out_global')::int AS held_out_global,
  count(*) FILTER (WHERE standing = 'held_out')::int AS held_out,
  count(*) FILTER (WHERE standing = 'eligible')::int AS wanted,
  (SELECT count(*) FROM plan_change WHERE change = 'waiting' AND standing = 'eligible')::int AS waiting,
  (SELECT count(*) FROM plan_change WHERE change IN ('new', 'again', 'changed'))::int AS added,
  (SELECT count(*) FROM plan_change WHERE change = 'changed')::int AS changed,
  (SELECT count(*) FROM plan_change WHERE change = 'left' AND (gone_keys <> '{}' OR maybe_there))::int AS removed,
  (
    SELECT count(*) FROM plan_change p
    JOIN membership m ON m.audience_id = :audience_id::uuid AND m.customer_id = p.customer_id
    WHERE p.change = 'left' AND m.keys <> '{}'
  )::int AS leaving,
  (
    SELECT count(*) FROM membership WHERE audience_id = :audience_id::uuid AND keys <> '{}'
  )::int AS members
FROM plan_candidate
