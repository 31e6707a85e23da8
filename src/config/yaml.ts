import { isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { Path, Problem } from './problems.ts';

/** Text that was read as YAML, which JSON is a part of. */
export interface YamlText {
  readonly value: unknown;
  /** Of the syntax: when there are any, the value is not to be trusted. */
  readonly problems: readonly Problem[];
  /** Where the value of a path stands, or, where it is missing, what it is missing from. */
  locate(path: Path): { readonly line: number; readonly column: number } | undefined;
}

export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problems = document.errors.map(({ message, pos }): Problem => {
    const { line, col } = lines.linePos(pos[0]);
    return { path: '', line, column: col, message: toSentence(message) };
  });
  return {
    problems: problems.length > 0 ? problems : findReservedNames(document),
    value: problems.length > 0 ? undefined : toValue(document),
    locate: (path) => {
      for (let length = path.length; length >= 0; length -= 1) {
        const offset = offsetOf(document, path.slice(0, length));
        if (offset === undefined) continue;
        const { line, col } = lines.linePos(offset);
        return { line, column: col };
      }
      return undefined;
    },
  };
}

/** A name such as `__proto__` would not arrive as a name. */
function findReservedNames(document: Document): readonly Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '__proto__')
        problems.push({ path: '', message: 'the name __proto__ is not allowed' });
    },
  });
  return problems;
}

function toValue(document: Document): unknown {
  return document.toJS() as unknown;
}

function offsetOf(document: Document, path: Path): number | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/** The parser's messages begin with a capital and have colons and excerpts behind them. */
function toSentence(message: string): string {
  const sentence = message.split('\n')[0] ?? message;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
