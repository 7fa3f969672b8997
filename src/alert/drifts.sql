-- What verifications of each list found that no later one saw in order. One to which a platform did
-- not tell what was wrong before ends nothing; after a week of those, nobody knows any more. A sync
-- that a person paused is left alone.
SELECT s.name AS sync, wrong.at, wrong.findings
FROM audience a
JOIN sync s ON s.id = a.sync_id
JOIN LATERAL (
  SELECT at, drift, remote_id FROM verification v
  WHERE v.audience_id = a.id
  ORDER BY at DESC LIMIT 1
) latest ON true
JOIN LATERAL (
  SELECT at, findings, remote_id FROM verification v
  WHERE v.audience_id = a.id AND v.drift
  ORDER BY at DESC LIMIT 1
) wrong ON true
WHERE s.paused_at IS NULL
  AND (
    latest.drift
    OR (
      latest.at < wrong.at + interval '7 days'
      -- Of another list, nothing was found.
      AND latest.remote_id IS NOT DISTINCT FROM wrong.remote_id
      AND EXISTS (
        SELECT FROM jsonb_array_elements(wrong.findings) AS finding
        WHERE finding ->> 'kind' NOT IN ('as-expected', 'not-told')
          AND NOT EXISTS (
            SELECT FROM verification later
            CROSS JOIN LATERAL jsonb_array_elements(later.findings) AS seen
            WHERE later.audience_id = a.id
              AND later.at > wrong.at
              AND seen ->> 'of' = finding ->> 'of'
              AND seen ->> 'kind' = 'as-expected'
          )
      )
    )
  )
ORDER BY s.name
