-- People added by a run, by what became of them. Of a batch under way nobody knows yet; one that
-- was refused as a whole counts its rows as rejected or, where nobody looked at them, as not sent.
SELECT
  coalesce(sum(accepted) FILTER (WHERE operation = 'add'), 0)::int AS accepted,
  coalesce(sum(rejected) FILTER (WHERE operation = 'add'), 0)::int AS rejected,
  coalesce(sum(CASE state WHEN 'sending' THEN rows ELSE unknown END) FILTER (WHERE operation = 'add'), 0)::int AS unknown,
  coalesce(sum(rows - accepted - rejected - unknown) FILTER (WHERE operation = 'add' AND state <> 'sending'), 0)::int AS not_sent,
  coalesce(sum(rejected + unknown) FILTER (WHERE operation = 'remove' AND state = 'done'), 0)::int AS not_removed,
  count(*) FILTER (WHERE state = 'lost')::int AS lost_batches,
  count(*) FILTER (WHERE state = 'refused')::int AS refused_batches,
  count(*) FILTER (WHERE state IN ('planned', 'sending'))::int AS open_batches
FROM batch
WHERE run_id = :run_id::bigint
