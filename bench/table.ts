import type { Row } from './row.ts';

const COLUMNS = ['goal', 'what', 'n', 'sizes', 'ours', 'peer', 'ratio', 'target', 'met', 'versions'] as const;

/** All rows as a Markdown table, padded so that it can be read as it is. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => cellOf(row, column)))];
  const widths = COLUMNS.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const [head = '', ...body] = lines.map(
    (line) => `| ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`,
  );
  return [head, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body].join('\n');
}

function cellOf(row: Row, column: (typeof COLUMNS)[number]): string {
  if (column === 'ratio') return row.ratio === undefined ? '–' : `${row.ratio.toFixed(2)}×`;
  if (column === 'met') return row.met === 'peer missing' ? 'not met: peer missing' : row.met;
  return String(row[column]).replaceAll('|', '\\|');
}
