-- What is left of a person when no audience has them any more: where they were, their arms, who
-- refused them, and why plans left them out.
WITH past AS (DELETE FROM past_membership WHERE customer_id = :customer_id),
arms AS (DELETE FROM assignment WHERE customer_id = :customer_id),
refusals AS (DELETE FROM refusal WHERE customer_id = :customer_id)
DELETE FROM left_out WHERE customer_id = :customer_id
