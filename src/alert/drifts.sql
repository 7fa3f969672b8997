-- What the latest verification of each list found, where it found anything. A sync that a person
-- paused is left alone.
SELECT s.name AS sync, latest.at, latest.findings
FROM audience a
JOIN sync s ON s.id = a.sync_id
JOIN LATERAL (
  SELECT at, drift, findings FROM verification v
  WHERE v.audience_id = a.id
  ORDER BY at DESC LIMIT 1
) latest ON latest.drift
WHERE s.paused_at IS NULL
ORDER BY s.name
