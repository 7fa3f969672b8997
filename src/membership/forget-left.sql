-- Whoever left and has no key of their own there any more: the ledger is done with them.
DELETE FROM membership m
USING plan_change p
WHERE m.audience_id = :audience_id::uuid
  AND m.customer_id = p.customer_id
  AND p.change = 'left'
  AND p.gone_keys = '{}'
