import { isCanary } from '../model/canary.ts';
import type { ListedVersion } from '../ports.ts';

/** Which versions a person wants repaired. */
export interface RepairSelection {
  readonly prefix: string;
  /** Created after this time; absent: at any time. */
  readonly since?: Date;
  /** Versions looked at at once. */
  readonly concurrency: number;
}

/** Whether the version is among them. Holdfast's own canaries are not, unless somebody asks for them. */
export function isSelected({ prefix, since }: RepairSelection, { object, lastModifiedAt }: ListedVersion): boolean {
  if (isCanary(object) && !isCanary({ key: prefix })) return false;
  return object.key.startsWith(prefix) && (since === undefined || lastModifiedAt > since);
}
