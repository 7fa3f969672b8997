-- Those who are looked at anew.
DELETE FROM left_out
WHERE audience_id = :audience_id::uuid
  AND customer_id IN (SELECT customer_id FROM plan_scope)
