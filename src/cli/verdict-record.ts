import { formatETag } from '../model/etag.ts';
import { proves } from '../model/finding.ts';
import type { ObjectVerdict } from '../audit/inspect-object.ts';

/** One object version as a line of NDJSON. */
export function toRecord({ object, verdict, judgements, state }: ObjectVerdict): object {
  return {
    kind: 'object',
    verdict,
    object,
    ...(state === undefined
      ? {}
      : {
          sizeBytes: state.sizeBytes,
          etag: formatETag(state.etag),
          checksums: state.checksums,
          storageClass: state.storageClass,
          encryption: state.encryption,
        }),
    findings: judgements.map(({ finding, severity }) => ({
      verdict: finding.verdict,
      code: finding.code,
      severity,
      ...(finding.basis === undefined ? {} : { basis: finding.basis, proves: proves(finding.basis) }),
      ...(finding.replica === undefined ? {} : { replica: finding.replica }),
      evidence: finding.evidence,
      ...(finding.remedy === undefined ? {} : { remedy: finding.remedy }),
    })),
  };
}
