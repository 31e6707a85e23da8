-- Keys of a CSV inventory are URL-encoded, those of the other formats are not.
CREATE OR REPLACE VIEW {{database}}.{{table}}_typed AS
SELECT
  bucket,
  url_decode(key) AS key,
  version_id,
  is_latest = 'true' AS is_latest,
  is_delete_marker = 'true' AS is_delete_marker,
  CAST(nullif(size, '') AS bigint) AS size,
  CAST(replace(replace(last_modified_date, 'T', ' '), 'Z', '') AS timestamp) AS last_modified_date,
  e_tag,
  storage_class,
  is_multipart_uploaded = 'true' AS is_multipart_uploaded,
  coalesce(replication_status, '') AS replication_status,
  encryption_status,
  dt
FROM {{database}}.{{table}};
