import type { Change } from './change.ts';
import type { Link } from './link.ts';
import { awsCommand, quote } from './shell-command.ts';

/**
 * Undoes a change of many objects: lists what was done since the window began, turns the list into one command for each key, and
 * leaves it to whoever reads the list to run it.
 */
export function restoreCommands(change: Change, links: readonly Link[]): readonly string[] {
  return change.kind === 'delete' ? [...withoutMarkers(change), ...copiedBack(change, links)] : asBefore(change);
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/RemDelMarker.html */
function withoutMarkers(change: Change): readonly string[] {
  const { bucket, region } = change;
  const at = change.window.toISOString();
  const list = listVersions(change, `DeleteMarkers[?IsLatest && LastModified >= \`"${at}"\`].[Key,VersionId]`);
  const remove = `aws s3api delete-object --bucket ${bucket} --region ${region} --key=\\(.[0]) --version-id=\\(.[1])`;
  return [`${list} > markers.json`, toScript(`.[] | @sh "${remove}"`, 'markers.json'), 'sh restore.sh'];
}

/** Removing a version is never replicated, so the replicas are still there. */
function copiedBack({ bucket, region, prefix = '' }: Change, links: readonly Link[]): readonly string[] {
  const [link] = links;
  if (link === undefined) return [];
  const { destination } = link;
  const from = quote(`s3://${destination.bucket}/${prefix}`);
  const to = quote(`s3://${bucket}/${prefix}`);
  return [`aws s3 sync ${from} ${to} --source-region ${destination.region} --region ${region}`];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html */
function asBefore(change: Change): readonly string[] {
  const { bucket, region } = change;
  const at = change.window.toISOString();
  const list = listVersions(change, 'Versions[].[Key,VersionId,LastModified]');
  const source = `${bucket}/\\(.[0] | @uri)?versionId=\\(.[1])`;
  const copy = `aws s3api copy-object --bucket ${bucket} --region ${region} --key=\\(.[0]) --copy-source=`;
  const script = `group_by(.[0])[] | select(max_by(.[2])[2] >= "${at}") | map(select(.[2] < "${at}")) | select(length > 0) | max_by(.[2]) | @sh "${copy}\\("${source}")"`;
  return [`${list} > versions.json`, toScript(script, 'versions.json'), 'sh restore.sh'];
}

function listVersions({ bucket, region, prefix }: Change, query: string): string {
  return awsCommand('s3api list-object-versions', {
    bucket,
    region,
    prefix: prefix === '' ? undefined : prefix,
    query,
    output: 'json',
  });
}

/** jq quotes each key for the shell. */
function toScript(filter: string, file: string): string {
  return `jq -r ${quote(filter)} ${file} > restore.sh`;
}
