import type { Checksum } from '../model/checksum.ts';
import type { Encryption } from '../model/encryption.ts';
import { formatETag } from '../model/etag.ts';
import type { ObjectState } from '../model/facts.ts';
import { type Finding, proves, type Remedy } from '../model/finding.ts';
import { formatObject } from '../model/object.ts';
import { describeComparison } from './describe-finding.ts';
import type { FindingText } from './findings-document.ts';
import type { Judgement, ObjectVerdict } from '../audit/inspect-object.ts';
import { formatSize, printable } from './printable.ts';
import { wrap } from '../render/wrap.ts';

const LABEL_WIDTH = 14;

/** One object version as a short block of text. `texts` is docs/findings.md. */
export function renderVerdict(
  { object, verdict, judgements, state }: ObjectVerdict,
  texts: readonly FindingText[],
): string {
  const advised = new Set<string>();
  return [
    `${verdict.toUpperCase().padEnd(LABEL_WIDTH + 2)}${printable(formatObject(object))}`,
    ...(state === undefined ? [] : describeState(state)),
    ...judgements.flatMap((judgement) => {
      const next = adviceFor(judgement.finding, texts).filter((line) => !advised.has(line));
      for (const line of next) advised.add(line); // said once, however many witnesses differ
      return ['', ...describeJudgement(judgement), ...next];
    }),
    ...(judgements.length === 0 && state !== undefined ? row('compared', nothingCompared(state)) : []),
    '',
  ].join('\n');
}

/** What could be compared, and how. Without any finding nothing was, and that is said. */
export function nothingCompared(state: ObjectState): string {
  return `nothing: S3 holds ${describeWitnesses(state)}; add --content to read the bytes, or --against FILE`;
}

/** `a CRC64NVME checksum (full object) and an MD5 ETag` */
export function describeWitnesses({ checksums, etag }: ObjectState): string {
  const etags = { 'content-md5': ['an MD5 ETag'], multipart: ['a multipart ETag'], opaque: [] } as const;
  const all = [...checksums.map((checksum) => describeChecksum(checksum)), ...etags[etag.kind]];
  return all.length === 0 ? 'no checksum, and an ETag that is no digest' : all.join(' and ');
}

function describeChecksum({ algorithm, type }: Checksum): string {
  return `a ${algorithm} checksum (${type === 'COMPOSITE' ? 'composite' : 'full object'})`;
}

const ENCRYPTIONS: Readonly<Record<Encryption, string>> = {
  none: 'not encrypted by S3',
  'sse-s3': 'SSE-S3',
  'sse-kms': 'SSE-KMS',
  'dsse-kms': 'DSSE-KMS',
  'sse-c': 'SSE-C',
  other: 'encrypted in a way unknown to this version',
};

function describeState(state: ObjectState): readonly string[] {
  return [
    ...row('size', formatSize(state.sizeBytes)),
    ...row('stored', `${state.storageClass}, ${ENCRYPTIONS[state.encryption]}, ETag ${formatETag(state.etag)}`),
    ...state.checksums.flatMap((checksum) =>
      row(
        'checksum',
        `${checksum.algorithm} ${checksum.base64} (${checksum.type === 'COMPOSITE' ? 'composite' : 'full object'})`,
      ),
    ),
  ];
}

function describeJudgement({ finding, severity }: Judgement): readonly string[] {
  const { verdict, code, basis, evidence: e } = finding;
  const compared = describeComparison(finding);
  const reason = typeof e['reason'] === 'string' ? e['reason'] : undefined;
  return [
    ...row(
      verdict,
      `${code}${reason === undefined ? '' : `: ${reason}`}${verdict === 'verified' ? '' : ` (${severity})`}`,
    ),
    ...(compared === undefined ? [] : row('compared', compared)),
    ...row(
      'expected',
      e['expectedChecksum'] ?? e['expectedETag'] ?? e['expectedDigest'] ?? size(e['expectedSizeBytes']),
    ),
    ...(verdict === 'verified' ? [] : row('found', foundIn(finding))),
    ...row('damage', damage(e)),
    ...(basis === undefined ? [] : row('basis', `${basis}; proves: ${proves(basis)}`)),
  ];
}

function foundIn({ code, evidence: e }: Finding): string | number | undefined {
  if (code === 'size-differs') return size(e['sizeBytes']);
  return e['computedChecksum'] ?? e['computedETag'] ?? e['computedDigest'] ?? e['digest'];
}

function damage(e: Finding['evidence']): string | undefined {
  if (e['damagedPart'] === undefined) return undefined;
  const count = Number(e['damagedPartCount'] ?? 1);
  const more = count > 1 ? `; ${count} parts are damaged, this is the first` : '';
  return `part ${e['damagedPart']} of ${e['partCount'] ?? '?'}, bytes ${e['damagedPartBytes'] ?? '?'}${more}`;
}

/** What to do: the remedy with real names, or else what docs/findings.md says, of the reason where there is one. */
function adviceFor({ verdict, code, evidence, remedy }: Finding, texts: readonly FindingText[]): readonly string[] {
  if (verdict === 'verified') return [];
  if (remedy !== undefined) return [...describeRemedy(remedy), ...row('more', `holdfast explain ${code}`)];
  const found = texts.find(({ name }) => name === evidence['reason']) ?? texts.find(({ name }) => name === code);
  return [...row('next', found?.fix), ...row('more', `holdfast explain ${found?.name ?? code}`)];
}

/** Commands are lines of their own, never wrapped: they are to be copied. */
function describeRemedy({ who, what, commands }: Remedy): readonly string[] {
  const lines = commands.map((command, index) => `  ${(index === 0 ? 'run' : '').padEnd(LABEL_WIDTH)}${command}`);
  return [...row('who', who), ...row('next', what), ...lines];
}

function size(value: string | number | undefined): string | undefined {
  return typeof value === 'number' ? formatSize(value) : undefined;
}

/** A label and its text; no line where there is no text. Long text goes on below itself. */
function row(label: string, text: string | number | undefined): readonly string[] {
  if (text === undefined || text === '') return [];
  const [first = '', ...rest] = wrap(printable(String(text)), 100);
  return [`  ${label.padEnd(LABEL_WIDTH)}${first}`, ...rest.map((line) => `${' '.repeat(LABEL_WIDTH + 2)}${line}`)];
}
