import type { Manifest } from '../model/manifest.ts';
import { formatObject } from '../model/object.ts';
import { formatAmount, formatBytes } from '../model/quantity-text.ts';
import { printable } from './printable.ts';

/** What a change of routes left behind, version by version. */
export function renderManifest(manifest: Manifest): string {
  const { mrap, change, asOf, risk, versions, truncated, unread } = manifest;
  const tail = risk.estimatedTail;
  return [
    `${mrap}, change ${change}: what had not arrived when the traffic left, as of ${asOf.toISOString()}`,
    risk.versions === undefined
      ? '  how much that is, nobody knows: unknown is not zero'
      : `  ${formatAmount(risk.versions, 'version')} of ${formatBytes(risk.bytes ?? 0)}`,
    ...(risk.completeUpTo === undefined ? [] : [`  complete up to ${risk.completeUpTo.toISOString()}`]),
    ...(tail === undefined
      ? []
      : [
          `  written after that, estimated: about ${formatAmount(tail.versions, 'version')} of ${formatBytes(tail.bytes)}`,
        ]),
    ...unread.map(({ link, reason }) => `  not known: the list of ${link}: ${printable(reason)}`),
    ...versions.map(({ object, createdAt, sizeBytes }) => {
      return `  ${createdAt.toISOString()}  ${formatBytes(sizeBytes).padStart(9)}  ${printable(formatObject(object))}`;
    }),
    ...(truncated ? [`  and more: the list ends after ${formatAmount(versions.length, 'version')}`] : []),
    '',
  ].join('\n');
}
