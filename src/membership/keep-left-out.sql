-- Whoever was looked at and is not wanted, for the next plan to count. Not whoever is to be forgotten:
-- that may be done by the time this is written.
INSERT INTO left_out (audience_id, customer_id, standing)
SELECT :audience_id::uuid, customer_id, standing FROM plan_candidate WHERE standing NOT IN ('eligible', 'erased')
