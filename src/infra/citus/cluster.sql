-- Whether this is the coordinator, whether the others know its address, and who holds shards.
SELECT
  (SELECT groupid = 0 FROM pg_dist_local_group) AS coordinator,
  EXISTS (SELECT 1 FROM pg_dist_node WHERE groupid = 0) AS addressed,
  (SELECT count(*) FROM pg_dist_node WHERE isactive AND shouldhaveshards)::int AS machines
