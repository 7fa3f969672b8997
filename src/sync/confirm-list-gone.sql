-- The list is no more: the ledger has nothing to take off there, and the receipt says why.
WITH confirmed AS (
  UPDATE erasure_receipt receipt
  SET state = 'gone', problem = NULL, updated_at = :now::timestamptz
  FROM erasure, audience, sync
  WHERE erasure.id = receipt.erasure_id
    AND erasure.customer_id = :customer_id
    AND audience.id = receipt.audience_id
    AND sync.id = audience.sync_id
    AND sync.name = :sync::text
    AND receipt.state = 'waiting'
  RETURNING receipt.audience_id
),
-- The next plan counts without them.
counted AS (
  UPDATE plan_state SET people = NULL
  FROM confirmed
  WHERE plan_state.audience_id = confirmed.audience_id
),
forgotten AS (
  DELETE FROM membership
  USING confirmed
  WHERE membership.audience_id = confirmed.audience_id AND membership.customer_id = :customer_id
)
SELECT audience_id FROM confirmed
