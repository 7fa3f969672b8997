-- Whom the last plan looked at, by standing; members are those who were eligible.
SELECT standing, count(*)::int AS people FROM left_out WHERE audience_id = :audience_id::uuid GROUP BY standing
UNION ALL
SELECT 'eligible', count(*)::int FROM membership WHERE audience_id = :audience_id::uuid AND keys <> '{}'
