import { isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { Path, Problem } from './problems.ts';

/** Text that was read as YAML, which JSON is a part of. */
export interface YamlText {
  readonly value: unknown;
  /** Of the syntax: when there are any, the value is not to be trusted. */
  readonly problems: readonly Problem[];
  /** Where the value of a path stands, or, where it is missing, what it is missing from. */
  locate(path: Path): Pick<Problem, 'line' | 'column'> | undefined;
}

export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (position: number): Pick<Problem, 'line' | 'column'> => {
    const { line, col } = lines.linePos(position);
    return { line, column: col };
  };
  const errors = document.errors.map(({ code, message, pos }): Problem => {
    const said = code === 'MULTIPLE_DOCS' ? 'expected one document, got several' : toSentence(message);
    return Object.assign(place(pos[0]), { path: '', message: said });
  });
  const { value, problems } = errors.length > 0 ? { value: undefined, problems: errors } : toValue(document, place);
  return {
    value,
    problems,
    locate: (path) => {
      for (let length = path.length; length >= 0; length -= 1) {
        const position = positionOf(document, path.slice(0, length));
        if (position !== undefined) return place(position);
      }
      return undefined;
    },
  };
}

type Place = (position: number) => Pick<Problem, 'line' | 'column'>;

function toValue(document: Document, place: Place): Pick<YamlText, 'value' | 'problems'> {
  const problems = findReservedNames(document, place);
  try {
    return { value: document.toJS() as unknown, problems };
  } catch (error) {
    // an alias without anchor, or so many aliases that the text would explode
    const message = toSentence(error instanceof Error ? error.message : 'cannot be read');
    return { value: undefined, problems: [...problems, { path: '', message }] };
  }
}

/** A name such as `__proto__` would not arrive as a name. */
function findReservedNames(document: Document, place: Place): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      problems.push({ path: '', ...place(key.range?.[0] ?? 0), message: 'the name __proto__ is not allowed' });
    },
  });
  return problems;
}

function positionOf(document: Document, path: Path): number | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/** The parser's messages begin with a capital and can have an excerpt behind them. */
function toSentence(message: string): string {
  const sentence = message.split('\n', 1).join('');
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
