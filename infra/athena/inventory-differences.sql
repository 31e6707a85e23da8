-- What two inventories of a pair do not say alike: candidates, not findings. An inventory is a picture of many hours, so only
-- versions are compared that were there {{grace_hours}} hours before either began ({{before}}), and each candidate has to be looked at:
--   npx holdfast repair PAIR --from RESULT.csv
-- ETags count as unequal only where both are MD5s of the content.
WITH source AS (
  SELECT bucket, key, version_id, size, e_tag, is_multipart_uploaded, encryption_status, replication_status
  FROM {{database}}.{{source}}
  WHERE dt = '{{source_dt}}'
    AND NOT is_delete_marker
    AND last_modified_date < TIMESTAMP '{{before}}' - INTERVAL '{{grace_hours}}' HOUR
    AND key NOT LIKE 'holdfast-canary/%'
),
destination AS (
  SELECT bucket, key, version_id, size, e_tag, is_multipart_uploaded, encryption_status, replication_status
  FROM {{database}}.{{destination}}
  WHERE dt = '{{destination_dt}}'
    AND NOT is_delete_marker
    AND key NOT LIKE 'holdfast-canary/%'
),
joined AS (
  SELECT
    source.bucket AS bucket,
    source.key AS key,
    source.version_id AS version_id,
    CASE
      WHEN destination.key IS NULL AND source.replication_status = 'REPLICA' THEN NULL
      WHEN destination.key IS NULL AND source.replication_status = '' THEN 'never-replicated'
      WHEN destination.key IS NULL THEN 'replica-missing'
      WHEN source.size <> destination.size THEN 'replica-size-differs'
      WHEN source.e_tag <> destination.e_tag
        AND NOT source.is_multipart_uploaded
        AND NOT destination.is_multipart_uploaded
        AND source.encryption_status IN ('SSE-S3', 'NOT-SSE')
        AND destination.encryption_status IN ('SSE-S3', 'NOT-SSE') THEN 'replica-content-differs'
    END AS code,
    source.replication_status AS replication_status,
    source.size AS source_size,
    destination.size AS destination_size,
    source.e_tag AS source_e_tag,
    destination.e_tag AS destination_e_tag
  FROM source
  LEFT JOIN destination ON source.key = destination.key AND source.version_id = destination.version_id
)
SELECT * FROM joined WHERE code IS NOT NULL
UNION ALL
-- A replica whose source version is gone: a permanent delete, which S3 never replicates, or a lifecycle rule.
SELECT
  destination.bucket,
  destination.key,
  destination.version_id,
  'source-version-gone',
  destination.replication_status,
  NULL,
  destination.size,
  NULL,
  destination.e_tag
FROM destination
LEFT JOIN {{database}}.{{source}} AS everything
  ON everything.dt = '{{source_dt}}'
  AND destination.key = everything.key
  AND destination.version_id = everything.version_id
WHERE destination.replication_status = 'REPLICA' AND everything.key IS NULL
ORDER BY 2, 3;
