-- Whoever was looked at and is not wanted, for the next plan to count.
INSERT INTO left_out (audience_id, customer_id, standing)
SELECT :audience_id::uuid, customer_id, standing FROM plan_candidate WHERE standing <> 'eligible'
