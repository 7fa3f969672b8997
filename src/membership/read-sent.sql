-- The keys of each person on an audience that may be there. By itself, since Citus reads no customers'
-- table while it changes a work table.
CREATE TEMP TABLE plan_sent ON COMMIT DROP AS
SELECT customer_id, CASE WHEN touched THEN keys ELSE '{}' END AS keys
FROM ledger
WHERE audience_id = :audience_id::uuid
