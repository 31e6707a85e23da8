import { type FindingText, parseFindings } from '../src/cli/findings-document.ts';

/** The text of src/render/meanings.json: what each code means and what to do, from the words of docs/findings.md. */
export function renderMeanings(findings: string): string {
  const codes = parseFindings(findings).filter(({ parent }) => parent === undefined);
  const entries = codes.map(({ name, summary, fix }: FindingText) => [
    name,
    { means: toPlain(summary), fix: toPlain(fix) },
  ]);
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** Without the marks of Markdown, which an e-mail shows as they are. */
function toPlain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*|`/g, '')
    .replaceAll(/(?<![\w])_([^_]+)_(?![\w])/g, '$1');
}
