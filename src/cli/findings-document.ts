import { readFileSync } from 'node:fs';

/** One code of docs/findings.md, or one reason: why something cannot be read, or why a replication failed. */
export interface FindingText {
  /** The code or reason. */
  readonly name: string;
  /** The code that a reason belongs to. */
  readonly parent?: string;
  readonly family: string;
  /** The first paragraph. */
  readonly summary: string;
  /** Everything below the heading, reasons included. */
  readonly text: string;
  /** What to do, first paragraph; empty where there is nothing to do. */
  readonly fix: string;
}

/** The same place from `src/cli` of a clone and from `dist/cli` of the package. */
const DOCUMENT = new URL('../../docs/findings.md', import.meta.url);

export function readFindings(): readonly FindingText[] {
  return parseFindings(readFileSync(DOCUMENT, 'utf8'));
}

/** The sections that lie below this heading explain reasons of this code. */
const REASONS = { family: 'failure reasons', parent: 'replication-failed' } as const;

/** Reads the headings: `## family`, below it a code in backticks on the third level and a reason on the fourth. */
export function parseFindings(markdown: string): readonly FindingText[] {
  const found: { level: number; name: string; family: string; parent?: string; lines: string[] }[] = [];
  let family = '';
  let fenced = false;
  for (const line of markdown.split(/\r?\n/)) {
    if (line.startsWith('<!--')) continue;
    if (line.startsWith('```')) fenced = !fenced;
    const [, marks = '', title = ''] = (!fenced && /^(#{2,4}) (.+)$/.exec(line)) || [];
    const level = marks.length;
    // A reason is part of the text of its code; a code or a family ends both.
    if (level !== 2 && level !== 3) for (const open of openSections(found, level)) open.lines.push(line);
    if (level === 2) {
      family = title;
      found.push({ level: 2, name: '', family, lines: [] });
    }
    if (level < 3) continue;
    const [, name] = /^`(.+)`$/.exec(title) ?? [];
    const parent =
      level === 4
        ? found.findLast((section) => section.level === 3)?.name
        : family === REASONS.family
          ? REASONS.parent
          : undefined;
    if (name !== undefined) found.push({ level, name, family, ...(parent === undefined ? {} : { parent }), lines: [] });
  }
  return found
    .filter(({ name }) => name !== '')
    .map(({ name, parent, family: of, lines }) => {
      const text = lines.join('\n').trim();
      const [summary = ''] = paragraphs(text);
      return Object.assign(
        { name, family: of, summary, text, fix: fixIn(text) },
        parent === undefined ? {} : { parent },
      );
    });
}

/** The sections that a line belongs to: the last one, and the code that a reason is part of. */
function openSections<S extends { readonly level: number }>(found: readonly S[], level: number): readonly S[] {
  const last = found.at(-1);
  if (last === undefined || last.level < 3) return [];
  const code = found.findLast((section) => section.level === 3);
  if (last.level === 3 || code === undefined) return [last];
  return level === 4 ? [code] : [code, last];
}

function paragraphs(text: string): readonly string[] {
  return text.split(/\n{2,}/).map((paragraph) => paragraph.replaceAll('\n', ' ').trim());
}

const FIX = /^\*\*What to do\.\*\* */;

function fixIn(text: string): string {
  return (paragraphs(text).find((paragraph) => FIX.test(paragraph)) ?? '').replace(FIX, '');
}
