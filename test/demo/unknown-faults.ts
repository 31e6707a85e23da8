import type { DemoObject } from '../../demo/demo-object.ts';
import { healthyObjects } from '../../demo/healthy-objects.ts';
import { DESTINATION, SOURCE } from '../../demo/places.ts';

/** A fault as `POST /_holdfast/faults` takes it, on an object that the show believes to be healthy. */
export interface UnknownFault {
  readonly kind: string;
  readonly bucket: string;
  readonly key: string;
  readonly operation?: string;
  readonly times?: number;
  readonly offset?: number;
  readonly delayMs?: number;
}

type Draw = (object: DemoObject, random: () => number) => Omit<UnknownFault, 'key' | 'bucket'> & { bucket?: string };

const HOUR_MS = 3_600_000;

/** What nobody expects. Each leaves the object without a proof, or earns it an accusation, for good. */
const DRAWS: readonly { readonly suits: (object: DemoObject) => boolean; readonly draw: Draw }[] = [
  {
    suits: () => true,
    draw: ({ sizeBytes }, random) => ({ kind: 'flip', times: 1, offset: below(sizeBytes, random) }),
  },
  {
    suits: () => true,
    draw: ({ sizeBytes }, random) => ({ kind: 'truncate', times: 1, offset: below(sizeBytes, random) }),
  },
  { suits: () => true, draw: () => ({ kind: 'lose-event', times: 1 }) },
  { suits: () => true, draw: () => ({ kind: 'deny', operation: 'GetObject' }) },
  { suits: () => true, draw: () => ({ kind: 'throttle', operation: 'GetObject' }) },
  { suits: isKms, draw: () => ({ kind: 'key-unusable', operation: 'GetObject' }) },
  { suits: isReplicated, draw: () => ({ kind: 'delay-replication', delayMs: HOUR_MS, bucket: SOURCE.bucket }) },
];

/** Draws a fault on one of the healthy objects that are still to come; `undefined`: none is. */
export function drawFault(isThere: (key: string) => boolean, random: () => number): UnknownFault | undefined {
  // Nothing can be flipped in an empty object, nobody looks at the bytes of an archived one, and where two versions follow each
  // other at once, the fault might hit the one that is too short for it.
  const objects = healthyObjects().filter(
    ({ key, sizeBytes, expect, afterwards }) =>
      sizeBytes > 0 && expect.kind === 'verified' && afterwards !== 'overwrite' && !isThere(key),
  );
  const object = objects[below(objects.length, random)];
  if (object === undefined) return undefined;
  const draws = DRAWS.filter(({ suits }) => suits(object));
  const fault = draws[below(draws.length, random)]?.draw(object, random);
  const bucket = isReplicated(object) && random() < 0.5 ? DESTINATION.bucket : SOURCE.bucket;
  return fault === undefined ? undefined : { bucket, ...fault, key: object.key };
}

function below(end: number, random: () => number): number {
  return Math.floor(random() * end);
}

function isKms({ options }: DemoObject): boolean {
  return options?.['ServerSideEncryption'] === 'aws:kms';
}

function isReplicated({ expectReplica }: DemoObject): boolean {
  return expectReplica !== undefined;
}
