-- Server access logs. Fields that S3 adds at the end go into the last column.
-- https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
CREATE EXTERNAL TABLE IF NOT EXISTS {{database}}.{{table}} (
  bucket_owner string,
  bucket string,
  request_time string,
  remote_ip string,
  requester string,
  request_id string,
  operation string,
  key string,
  request_uri string,
  http_status string,
  error_code string,
  bytes_sent string,
  object_size string,
  total_time string,
  turn_around_time string,
  referrer string,
  user_agent string,
  version_id string,
  host_id string,
  signature_version string,
  cipher_suite string,
  authentication_type string,
  host_header string,
  tls_version string,
  access_point_arn string,
  rest string
)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES (
  'input.regex' = '(\\S+) (\\S+) \\[([^\\]]*)\\] (\\S+) (\\S+) (\\S+) (\\S+) (\\S+) "(.*?)" (\\d{3}|-) (\\S+) (\\d+|-) (\\d+|-) (\\d+|-) (\\d+|-) "(.*?)" "(.*?)" (\\S+) (\\S+) (SigV\\w+|-) (\\S+) (\\S+) (\\S+) (\\S+)(?: (\\S+))?( .*)?'
)
LOCATION '{{location}}/';
