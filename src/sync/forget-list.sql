-- A list that is no more, and the one in its place: whoever has left the old one is off it, and whoever
-- is to be on the new one was never sent to it. Those who were on the old one keep their time, and are
-- taken off the new one should they leave. Answers that the platform owes do not matter any more.
WITH list AS (
  UPDATE audience SET remote_id = :remote_id::text WHERE id = :audience_id::uuid RETURNING id
),
owed AS (
  UPDATE batch SET state = 'lost', ask_at = NULL
  FROM list
  WHERE batch.audience_id = list.id AND batch.state = 'pending'
),
erased AS (
  UPDATE erasure_receipt SET state = 'gone', problem = NULL, updated_at = :now::timestamptz
  FROM list
  WHERE erasure_receipt.audience_id = list.id AND erasure_receipt.state = 'waiting'
),
left_it AS (
  DELETE FROM membership USING list WHERE membership.audience_id = list.id AND membership.keys = '{}'
),
-- The next plan looks at everybody.
planned AS (
  DELETE FROM plan_state USING list WHERE plan_state.audience_id = list.id
),
rewriting AS (
  DELETE FROM replacement USING list WHERE replacement.audience_id = list.id
)
UPDATE membership SET
  add_batch_id = NULL,
  scattered = true,
  remove_batch_id = NULL,
  maybe_there = known.touched,
  gone_keys = '{}',
  ghost_until = NULL
FROM list JOIN ledger known ON known.audience_id = list.id
WHERE membership.audience_id = list.id
  AND membership.customer_id = known.customer_id
  AND membership.keys <> '{}'
