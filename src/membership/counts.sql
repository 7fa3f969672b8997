-- Who was looked at, by standing.
SELECT standing, count(*)::int AS people FROM plan_candidate GROUP BY standing
