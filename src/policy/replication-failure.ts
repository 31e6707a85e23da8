import type { Severity } from '../model/action.ts';
import { FAILURE_REASONS, type FailureClass, findReason, isHarmless } from '../model/failure-reason.ts';
import type { Remedy } from '../model/finding.ts';
import { configurationSteps } from './failure-configuration.ts';
import { keySteps } from './failure-key.ts';
import { FAILURE_MEANINGS } from './failure-meaning.ts';
import { permissionSteps } from './failure-permission.ts';
import { type FailureContext, type Places, toPlaces } from './failure-places.ts';
import { batchSteps, benignSteps, ineligibleSteps, unknownSteps } from './failure-rest.ts';
import type { FailureSteps } from './failure-steps.ts';

/** What a `failureReason` means where it happened. */
export interface FailureAdvice {
  /** As S3 documents it; as it was sent where it is not documented. */
  readonly reason: string;
  readonly class: FailureClass | 'unknown';
  /** Of a finding with this reason. */
  readonly severity: Severity;
  /** One plain sentence. */
  readonly meaning: string;
  readonly steps: FailureSteps;
  /** The same steps as a finding carries them: fix, verify, and replicate exactly this again. */
  readonly remedy: Remedy;
}

/** Who must do what about a failed replication, with the real names as far as the context has them. */
export function remedyOf(reason: string | undefined, context: FailureContext): FailureAdvice {
  const known = reason === undefined ? undefined : findReason(reason);
  const steps = toSteps(known, toPlaces(context));
  return {
    reason: known ?? reason ?? 'none',
    class: known === undefined ? 'unknown' : FAILURE_REASONS[known],
    severity: isHarmless(known) ? 'info' : 'warning',
    meaning: known === undefined ? describeUnknown(reason) : FAILURE_MEANINGS[known],
    steps,
    remedy: toRemedy(steps),
  };
}

function describeUnknown(reason: string | undefined): string {
  return reason === undefined ? 'S3 gave no reason.' : `S3 gave the reason ${reason}, which is not documented.`;
}

function toSteps(reason: ReturnType<typeof findReason>, places: Places): FailureSteps {
  switch (reason) {
    case undefined:
      return unknownSteps(places);
    case 'DstKmsKeyInvalidState':
    case 'DstKmsKeyNotFound':
    case 'SrcKmsKeyInvalidState':
      return keySteps(reason, places);
    case 'DstBucketNotFound':
    case 'DstBucketObjectLockConfigMissing':
    case 'DstBucketUnversioned':
    case 'SrcBucketNotFound':
    case 'SrcBucketReplicationConfigMissing':
      return configurationSteps(reason, places);
    case 'DstBucketInvalidRegion':
    case 'DstObjectHardDeleted':
    case 'SrcBucketInvalidRegion':
      return batchSteps(reason, places);
    case 'DstVersionNotFound':
    case 'SrcObjectNotEligible':
      return ineligibleSteps(reason, places);
    case 'SrcKeyNotFound':
    case 'SrcObjectNotFound':
    case 'SrcReplicationNotPending':
    case 'SrcVersionNotFound':
      return benignSteps(places);
    default:
      return permissionSteps(reason, places); // what is left, as the compiler knows
  }
}

function toRemedy({ who, what, statements, fix, verify, repeat }: FailureSteps): Remedy {
  const [first, ...more] = statements;
  return {
    who,
    what,
    ...(first === undefined ? {} : { statement: JSON.stringify(more.length === 0 ? first : statements) }),
    commands: [...fix, ...verify, ...repeat],
  };
}
