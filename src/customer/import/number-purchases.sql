-- Identical lines without an id have the same derived id: each but the first gets its number, so
-- that they stay purchases of their own and are the same ones when the file comes again.
UPDATE import_purchase AS staged
SET purchase_id = staged.purchase_id || '-' || numbered.occurrence
FROM (
  SELECT line, row_number() OVER (PARTITION BY purchase_id ORDER BY line) AS occurrence
  FROM import_purchase
  WHERE derived
) AS numbered
WHERE staged.line = numbered.line AND numbered.occurrence > 1
