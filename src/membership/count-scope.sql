-- How those who are looked at stood by the last plan.
SELECT l.standing, count(*)::int AS people
FROM plan_scope
JOIN left_out l ON l.audience_id = :audience_id::uuid AND l.customer_id = plan_scope.customer_id
GROUP BY l.standing
UNION ALL
SELECT 'eligible', count(*)::int
FROM plan_scope
JOIN membership m ON m.audience_id = :audience_id::uuid AND m.customer_id = plan_scope.customer_id
WHERE m.keys <> '{}'
