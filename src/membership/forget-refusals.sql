-- Whoever is sent again, or leaves, is no longer known as refused.
DELETE FROM refusal r
USING plan_change p
WHERE r.audience_id = :audience_id::uuid AND r.customer_id = p.customer_id AND p.change <> 'waiting'
