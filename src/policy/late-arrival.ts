import type { Finding } from '../model/finding.ts';
import type { ObjectRef } from '../model/object.ts';
import { awsCommand } from '../model/shell-command.ts';

/** A version that came late and is current now, and the newer write that it hides. */
export interface LateArrival {
  /** Id of the change of routes that it was on its way during. */
  readonly change: string;
  /** Where it arrived. */
  readonly object: ObjectRef & { readonly versionId: string };
  readonly writtenAt: Date;
  readonly hidden: { readonly versionId: string; readonly writtenAt: Date };
}

/** The newer write is still there, as an older version: who reads the key gets the older content. */
export function lateArrivalFinding({ change, object, writtenAt, hidden }: LateArrival): Finding {
  const { bucket, region, key } = object;
  const encoded = key
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
  const copy = awsCommand('s3api copy-object', {
    bucket,
    key,
    'copy-source': `${bucket}/${encoded}?versionId=${hidden.versionId}`,
    region,
  });
  return {
    verdict: 'violated',
    code: 'late-arrival-took-over',
    subject: { kind: 'object-version', object },
    evidence: {
      change,
      writtenAt: writtenAt.toISOString(),
      hiddenVersionId: hidden.versionId,
      hiddenWrittenAt: hidden.writtenAt.toISOString(),
    },
    remedy: {
      who: 'owner of the data',
      what: 'Decide which content is right; to make the newer write current again, copy it over itself.',
      commands: [copy],
    },
  };
}
