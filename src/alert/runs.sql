-- Of each sync, what alerts look at: the latest good run, and what came of those after it. Side runs,
-- which take single people off, say nothing of whether the sync works.
SELECT
  s.name AS sync,
  d.name AS destination,
  s.paused_at IS NOT NULL AS paused,
  good.id::text AS good_id, good.started_at AS good_started_at, good.finished_at AS good_finished_at,
  failed.id::text AS failed_id, failed.started_at AS failed_started_at,
  failed.finished_at AS failed_finished_at, failed.problem AS failed_problem,
  ended.id::text AS ended_id, ended.state AS ended_state, ended.started_at AS ended_started_at,
  ended.finished_at AS ended_finished_at, ended.problem AS ended_problem,
  ended.mode AS ended_mode,
  short.id::text AS short_id, short.started_at AS short_started_at,
  short.finished_at AS short_finished_at, short.problem AS short_problem,
  newest.id::text AS newest_id, newest.state AS newest_state, newest.started_at AS newest_started_at,
  after.incomplete::int AS incomplete,
  after.since AS trouble_since
FROM sync s
JOIN destination d ON d.id = s.destination_id
LEFT JOIN LATERAL (
  SELECT id, started_at, finished_at FROM run r
  WHERE r.sync_id = s.id AND r.state = 'succeeded' AND r.trigger <> ALL (:side_triggers::text[])
  ORDER BY id DESC LIMIT 1
) good ON true
LEFT JOIN LATERAL (
  SELECT id, started_at, finished_at, problem FROM run r
  WHERE r.sync_id = s.id AND r.id > coalesce(good.id, 0) AND r.state = 'failed' AND r.trigger <> ALL (:side_triggers::text[])
  ORDER BY id DESC LIMIT 1
) failed ON true
LEFT JOIN LATERAL (
  SELECT id, state, mode, started_at, finished_at, problem FROM run r
  WHERE r.sync_id = s.id AND r.state NOT IN ('planning', 'delivering') AND r.trigger <> ALL (:side_triggers::text[])
  ORDER BY id DESC LIMIT 1
) ended ON true
LEFT JOIN LATERAL (
  SELECT id, started_at, finished_at, problem FROM run r
  WHERE r.sync_id = s.id AND r.id > coalesce(good.id, 0) AND r.state = 'incomplete' AND r.trigger <> ALL (:side_triggers::text[])
  ORDER BY id DESC LIMIT 1
) short ON true
LEFT JOIN LATERAL (
  SELECT id, state, started_at FROM run r
  WHERE r.sync_id = s.id AND r.trigger <> ALL (:side_triggers::text[])
  ORDER BY id DESC LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE state = 'incomplete') AS incomplete, min(started_at) AS since FROM run r
  WHERE r.sync_id = s.id AND r.id > coalesce(good.id, 0) AND r.state <> 'cancelled' AND r.trigger <> ALL (:side_triggers::text[])
) after ON true
ORDER BY s.name
