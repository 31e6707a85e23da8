/** Verbs of commands that replace a setting as a whole. */
const REPLACES = /^aws (\S+) (?:put|delete|update)-(\S+)/;

/** Options that name what is changed. */
const NAMES = /--(?:bucket|role-name|policy-name|key-id) (\S+)/g;

/**
 * What a command replaces: two commands that replace the same undo each other, because each was written for what was found.
 * `undefined`: it replaces nothing.
 */
export function changedSetting(command: string): string | undefined {
  const [, service, setting] = REPLACES.exec(command) ?? [];
  if (service === undefined || setting === undefined) return undefined;
  const names = [...command.matchAll(NAMES)].map(([, name]) => name);
  return [service, setting.replace(/-configuration$/, ''), ...names].join(' ');
}
