-- Everything that was imported about a person.
WITH said AS (DELETE FROM consent WHERE customer_id = :customer_id),
recorded AS (DELETE FROM consent_record WHERE customer_id = :customer_id),
bought AS (DELETE FROM purchase WHERE customer_id = :customer_id)
DELETE FROM customer WHERE customer_id = :customer_id
