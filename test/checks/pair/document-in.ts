import { wordsOf } from '../../cli/run-printed-command.ts';

/** The JSON document in a printed command: the last word that is one. */
export function documentIn(command: string | undefined): unknown {
  const text = wordsOf(command ?? '').findLast((word) => word.startsWith('{') || word.startsWith('['));
  return text === undefined ? undefined : JSON.parse(text);
}
