-- A list that is no more: whoever has left it is off it, and whoever is to be on it was never sent to
-- the next. Answers that the platform owes about it do not matter any more.
WITH list AS (
  UPDATE audience SET remote_id = NULL WHERE id = :audience_id::uuid RETURNING id
),
owed AS (
  UPDATE batch SET state = 'lost', ask_at = NULL
  FROM list
  WHERE batch.audience_id = list.id AND batch.state = 'pending'
),
left_it AS (
  DELETE FROM membership USING list WHERE membership.audience_id = list.id AND membership.keys = '{}'
),
rewriting AS (
  DELETE FROM replacement USING list WHERE replacement.audience_id = list.id
)
UPDATE membership
SET add_batch_id = NULL, remove_batch_id = NULL, maybe_there = false, gone_keys = '{}', ghost_until = NULL
FROM list
WHERE membership.audience_id = list.id AND membership.keys <> '{}'
