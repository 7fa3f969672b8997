-- Changes that no plan goes on from any more: known-plan.sql goes back for seven days.
DELETE FROM customer_change WHERE noted_at < clock_timestamp() - interval '8 days'
