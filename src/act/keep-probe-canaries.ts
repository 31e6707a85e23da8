import { expiresCanaries } from '../model/canary.ts';
import type { BucketConfig } from '../model/config.ts';
import { valueOf } from '../model/observation.ts';
import { probeCanaryKey } from '../model/probe-canary.ts';
import type { Call, CanaryWriter, Ports } from '../ports.ts';

/** How long it is not asked again whether they are there, in milliseconds. */
const LOOK_EVERY_MS = 3_600_000;

/** A lifecycle rule clears nothing away before a day has passed: written again after this time, they never expire. In milliseconds. */
const RENEW_AFTER_MS = 12 * 3_600_000;

export interface ProbeCanaryPorts extends Pick<Ports, 'objects' | 'buckets' | 'notes' | 'clock'> {
  readonly canaries: CanaryWriter;
}

/**
 * Sees to it that every one of these buckets has the small objects that observers read: one without KMS, and one under a key of its
 * own where our role may use any. They are written once, and again only where a lifecycle rule would clear them away.
 */
export async function keepProbeCanaries(
  buckets: readonly BucketConfig[],
  ports: ProbeCanaryPorts,
  call: Call,
): Promise<void> {
  for (const bucket of buckets) {
    const note = `probe-canaries#${bucket.bucket}`;
    if ((await ports.notes.get(note, call)) !== undefined) continue;
    const [lifecycle, encryption] = await Promise.all([
      ports.buckets.setting(bucket, 'lifecycle', call),
      ports.buckets.setting(bucket, 'encryption', call),
    ]);
    const isCleared = expiresCanaries(valueOf(lifecycle) ?? []);
    const usual = valueOf(encryption)?.kmsKeyId;
    const kmsKeyId = bucket.kmsKeys.find((key) => key === usual) ?? bucket.kmsKeys[0];
    const written = [
      await keep({ bucket, kind: 'plain', isCleared }, ports, call),
      kmsKeyId === undefined || (await keep({ bucket, kind: 'kms', kmsKeyId, isCleared }, ports, call)),
    ];
    if (written.includes(false)) continue; // with the next run
    await ports.notes.put(note, ports.clock.now().toISOString(), { ...call, keepForMs: LOOK_EVERY_MS });
  }
}

interface Wanted {
  readonly bucket: BucketConfig;
  readonly kind: 'plain' | 'kms';
  readonly kmsKeyId?: string;
  /** Whether a lifecycle rule clears it away one day. */
  readonly isCleared: boolean;
}

/** Whether it is there now. */
async function keep(
  { bucket: { bucket, region }, kind, kmsKeyId, isCleared }: Wanted,
  { objects, canaries, clock }: ProbeCanaryPorts,
  call: Call,
): Promise<boolean> {
  const key = probeCanaryKey(bucket, kind);
  const found = await objects.head({ bucket, region, key }, { ...call, checksums: false });
  if (found.state === 'unreadable') return false;
  if (found.state === 'present') {
    const ageMs = clock.now().getTime() - found.value.lastModifiedAt.getTime();
    if (!isCleared || ageMs < RENEW_AFTER_MS) return true;
  }
  const text = `Holdfast reads this to learn whether ${bucket} answers.\n`;
  const put = await canaries.put({ bucket, region, key, text, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) }, call);
  return put.state !== 'unreadable';
}
