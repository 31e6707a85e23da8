import { errorText } from '../record.ts';
import type { Machine, State } from './definition.ts';
import { amount, expectKnown, record, text } from './parse-fields.ts';
import { parseState } from './parse-state.ts';

/**
 * Reads a definition in the states language, as far as the sandbox runs it: JSONPath, invocations of functions, maps of both kinds.
 * Throws one `Error` that names everything else.
 *
 * @see https://states-language.net/spec.html
 */
export function parseDefinition(definition: unknown): Machine {
  const problems: string[] = [];
  const machine = parseMachine(definition, { at: '', known: ['Version', 'TimeoutSeconds'], problems });
  if (machine === undefined || problems.length > 0)
    throw new Error(`the sandbox does not run all of the definition:\n- ${problems.join('\n- ')}`);
  return machine;
}

interface Place {
  /** Names of the states around it, each with a slash. */
  readonly at: string;
  /** Members beside `StartAt` and `States`. */
  readonly known: readonly string[];
  readonly problems: string[];
}

/** Problems are added to those of the place; `undefined` where nothing can be made of it. */
function parseMachine(definition: unknown, place: Place): Machine | undefined {
  const { problems, at } = place;
  try {
    const fields = record(definition, 'the definition');
    expectKnown(fields, ['Comment', 'StartAt', 'States', ...place.known]);
    const written = Object.entries(record(fields['States'], 'States'));
    const states = new Map(written.flatMap(([name, state]) => parseNamed(name, state, place)));
    const startAt = text(fields, 'StartAt');
    const names = new Set(written.map(([name]) => name));
    const targets = [startAt, ...[...states.values()].flatMap(targetsOf)];
    const missing = targets.filter((name) => !names.has(name));
    problems.push(...missing.map((name) => `${at}${name}: there is no such state`));
    const timeoutSeconds = amount(fields, 'TimeoutSeconds', 0);
    return { startAt, states, ...(timeoutSeconds === 0 ? {} : { timeoutSeconds }) };
  } catch (error) {
    problems.push(`${at}${errorText(error)}`);
    return undefined;
  }
}

function parseNamed(name: string, state: unknown, place: Place): readonly (readonly [string, State])[] {
  try {
    const within = { ...place, at: `${place.at}${name}/`, known: ['ProcessorConfig'] };
    return [[name, parseState(record(state, name), (processor) => parseMachine(processor, within))]];
  } catch (error) {
    place.problems.push(`${place.at}${name}: ${errorText(error)}`);
    return [];
  }
}

function targetsOf(state: State): readonly string[] {
  switch (state.kind) {
    case 'Choice':
      return [...state.choices.map(({ next }) => next), ...(state.default === undefined ? [] : [state.default])];
    case 'Succeed':
    case 'Fail':
      return [];
    default: {
      const caught = 'catch' in state ? state.catch.map(({ next }) => next) : [];
      return [...caught, ...(state.next === undefined ? [] : [state.next])];
    }
  }
}
