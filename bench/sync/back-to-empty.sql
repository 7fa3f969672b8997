TRUNCATE membership, past_membership, assignment, refusal, batch, replacement, run, suppression,
  match_observation, erasure_receipt, left_out, plan_state, customer_change;
UPDATE audience SET remote_id = NULL;
