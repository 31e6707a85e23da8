/** One thing that is wrong with a configuration. */
export interface Problem {
  /** `pairs.orders.destinations[0].region`; empty: the file as a whole. */
  readonly path: string;
  /** One-based, where the text shows it. */
  readonly line?: number;
  /** One-based. */
  readonly column?: number;
  readonly message: string;
  /** What probably was meant, or what to write instead. */
  readonly fix?: string;
}

export type Path = readonly (string | number)[];

/** On one line, for people. */
export function formatProblem({ path, line, column, message, fix }: Problem): string {
  const where = line === undefined ? '' : `line ${line}, column ${column ?? 1}: `;
  return `${where}${path === '' ? '' : `${path}: `}${message}${fix === undefined ? '' : `; ${fix}`}`;
}

export function formatPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w-]+$/.test(step)) return `['${step}']`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** Names a value that came, as far as a short one helps. */
export function nameValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value.length > 60 ? 'a long text' : `'${value}'`;
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'boolean' ? `the word ${value}` : 'a mapping';
}
