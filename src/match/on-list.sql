-- The most keys that the ledger thinks may be on the list: those of its members, and those that are
-- still being taken off.
SELECT coalesce(sum(cardinality(keys) + cardinality(gone_keys)), 0)::int AS most_keys
FROM membership
WHERE audience_id = :audience_id::uuid
