-- What the ledger knows of those who are added: since when they are there, and until when a batch
-- before may still put keys of theirs on the list. A table, so that PostgreSQL knows how many they are.
CREATE TEMP TABLE plan_known ON COMMIT DROP AS
SELECT m.customer_id, m.keys, m.since, greatest(m.ghost_until, before.ghost_until) AS ghost_until
FROM plan_change p
JOIN membership m ON m.audience_id = :audience_id::uuid AND m.customer_id = p.customer_id
LEFT JOIN batch before ON before.id = m.add_batch_id
WHERE p.change IN ('new', 'again', 'changed')
