import type { ConfigDocument } from './document.ts';
import { nearest } from './nearest.ts';
import type { Path } from './problems.ts';
import type { Known, Report } from './rules.ts';

const ENDPOINTS = {
  email: [/^\S+@\S+\.\S+$/, 'an address of e-mail'],
  https: [/^https:\/\/\S+$/, 'a URL that begins with https://'],
  sqs: [/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:\S+$/, 'the ARN of a queue'],
} as const;

/** Longest window, in milliseconds: whoever wants to hear nothing for longer takes the alert out. */
const LONGEST_WINDOW_MS = 31 * 86_400_000;

/** Rules about who learns of what. Does not repeat an endpoint: a URL can hold a secret. */
export function checkAlerts({ alerts }: ConfigDocument, { pairNames }: Known, report: Report): void {
  for (const [index, { protocol, endpoint, pair }] of alerts.subscriptions.entries()) {
    const path = ['alerts', 'subscriptions', index];
    const [form, says] = ENDPOINTS[protocol];
    if (!form.test(endpoint)) report([...path, 'endpoint'], `expected ${says}`);
    if (pair !== undefined) checkPairName([...path, 'pair'], pair, { pairNames, report });
  }
  for (const [index, { from, until, pairs = [] }] of alerts.maintenance.entries()) {
    const path = ['alerts', 'maintenance', index];
    const lengthMs = Date.parse(until) - Date.parse(from);
    if (lengthMs <= 0) report([...path, 'until'], 'is not after its beginning');
    if (lengthMs > LONGEST_WINDOW_MS) report([...path, 'until'], 'is more than 31 days after its beginning');
    for (const [place, pair] of pairs.entries()) checkPairName([...path, 'pairs', place], pair, { pairNames, report });
  }
}

interface Naming extends Pick<Known, 'pairNames'> {
  readonly report: Report;
}

function checkPairName(path: Path, name: string, { pairNames, report }: Naming): void {
  if (pairNames.includes(name)) return;
  const guess = nearest(name, pairNames);
  report(path, `there is no pair '${name}'`, guess === undefined ? undefined : `did you mean \`${guess}\`?`);
}
