-- S3 Inventory in CSV, all versions. Every column is text: the view of inventory-view-csv.sql gives them their types.
-- Columns have to stand in the order of fileSchema in manifest.json.
-- https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html
CREATE EXTERNAL TABLE IF NOT EXISTS {{database}}.{{table}} (
  bucket string,
  key string,
  version_id string,
  is_latest string,
  is_delete_marker string,
  size string,
  last_modified_date string,
  e_tag string,
  storage_class string,
  is_multipart_uploaded string,
  replication_status string,
  encryption_status string
)
PARTITIONED BY (dt string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat'
LOCATION '{{location}}/hive/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd-HH-mm',
  'projection.dt.range' = '2024-01-01-00-00,NOW',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'HOURS'
);
