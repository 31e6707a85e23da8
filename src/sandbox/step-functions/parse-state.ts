import type { ChoiceState, FailState, Machine, PassState, State, TaskState, WaitState } from './definition.ts';
import { parseRule } from './choice-rule.ts';
import {
  amountOrPath,
  catchers,
  expectKnown,
  type Fields,
  list,
  pathOrNull,
  record,
  retriers,
  template,
  text,
} from './parse-fields.ts';
import { parseMap } from './parse-map.ts';

/** Of a service integration, in any partition. */
const INVOKE = /^arn:[a-z-]+:states:::lambda:invoke$/;

const ALWAYS = ['Type', 'Comment'];
const FILTERS = ['InputPath', 'OutputPath'];
const FLOW = ['Next', 'End'];
const RESULTS = ['ResultSelector', 'ResultPath'];
const ATTEMPTS = ['Retry', 'Catch'];

const KNOWN: Readonly<Record<State['kind'], readonly string[]>> = {
  Task: [...FILTERS, ...FLOW, ...RESULTS, ...ATTEMPTS, 'Resource', 'Parameters'],
  Map: [
    ...FILTERS,
    ...FLOW,
    ...RESULTS,
    ...ATTEMPTS,
    'ItemProcessor',
    'ItemReader',
    'ItemSelector',
    'ItemsPath',
    'Label',
    'MaxConcurrency',
    'MaxConcurrencyPath',
    'ResultWriter',
    'ToleratedFailurePercentage',
  ],
  Choice: [...FILTERS, 'Choices', 'Default'],
  Wait: [...FILTERS, ...FLOW, 'Seconds', 'SecondsPath'],
  Pass: [...FILTERS, ...FLOW, 'ResultPath', 'Result', 'Parameters'],
  Succeed: FILTERS,
  Fail: ['Error', 'Cause', 'ErrorPath', 'CausePath'],
};

/** Reads one state; `parseWithin` reads the states of a map. Throws an `Error` for what the sandbox does not run. */
export function parseState(fields: Fields, parseWithin: (processor: unknown) => Machine | undefined): State {
  const kind = text(fields, 'Type');
  if (!isKind(kind)) throw new Error(`the sandbox does not know the type ${kind}`);
  expectKnown(fields, [...ALWAYS, ...KNOWN[kind]]);
  switch (kind) {
    case 'Task':
      return parseTask(fields);
    case 'Map':
      return {
        ...parseMap(fields, parseWithin),
        ...filters(fields),
        ...flow(fields),
        ...results(fields),
        ...attempts(fields),
      };
    case 'Choice':
      return parseChoice(fields);
    case 'Wait':
      return parseWait(fields);
    case 'Pass':
      return parsePass(fields);
    case 'Succeed':
      return { kind, ...filters(fields) };
    case 'Fail':
      return parseFail(fields);
    default:
      return kind satisfies never;
  }
}

function isKind(name: string): name is State['kind'] {
  return Object.hasOwn(KNOWN, name);
}

function parseTask(fields: Fields): TaskState {
  const resource = text(fields, 'Resource');
  if (!INVOKE.test(resource)) throw new Error(`the sandbox does not know the resource ${resource}`);
  const parameters = record(fields['Parameters'], 'Parameters');
  expectKnown(parameters, ['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$']);
  template(parameters, 'Parameters');
  return { kind: 'Task', parameters, ...filters(fields), ...flow(fields), ...results(fields), ...attempts(fields) };
}

function parseChoice(fields: Fields): ChoiceState {
  const choices = list(fields, 'Choices').map((choice) => ({ rule: parseRule(choice), next: text(choice, 'Next') }));
  const otherwise = fields['Default'] === undefined ? {} : { default: text(fields, 'Default') };
  return { kind: 'Choice', choices, ...otherwise, ...filters(fields) };
}

function parseWait(fields: Fields): WaitState {
  if (fields['Seconds'] === undefined && fields['SecondsPath'] === undefined) throw new Error('Seconds is missing');
  return { kind: 'Wait', seconds: amountOrPath(fields, 'Seconds', 0), ...filters(fields), ...flow(fields) };
}

function parsePass(fields: Fields): PassState {
  const result = 'Result' in fields ? { result: fields['Result'] } : {};
  const parameters = template(fields['Parameters'], 'Parameters');
  return {
    kind: 'Pass',
    ...result,
    ...(parameters === undefined ? {} : { parameters }),
    resultPath: pathOrNull(fields, 'ResultPath'),
    ...filters(fields),
    ...flow(fields),
  };
}

function parseFail(fields: Fields): FailState {
  const said = (name: string): string => {
    const value = fields[`${name}Path`] ?? fields[name] ?? '';
    if (typeof value === 'string') return value;
    throw new Error(`${name} is no text`);
  };
  return { kind: 'Fail', error: said('Error'), cause: said('Cause') };
}

function filters(fields: Fields): { readonly inputPath: string | null; readonly outputPath: string | null } {
  return { inputPath: pathOrNull(fields, 'InputPath'), outputPath: pathOrNull(fields, 'OutputPath') };
}

function flow(fields: Fields): { readonly next?: string } {
  const { Next, End } = fields;
  if ((Next === undefined) === (End === undefined)) throw new Error('it needs Next or End, and not both');
  return Next === undefined ? {} : { next: text(fields, 'Next') };
}

function results(fields: Fields): { readonly resultSelector?: unknown; readonly resultPath: string | null } {
  const resultSelector = template(fields['ResultSelector'], 'ResultSelector');
  return { ...(resultSelector === undefined ? {} : { resultSelector }), resultPath: pathOrNull(fields, 'ResultPath') };
}

function attempts(fields: Fields): Pick<TaskState, 'retry' | 'catch'> {
  return { retry: retriers(fields), catch: catchers(fields) };
}
