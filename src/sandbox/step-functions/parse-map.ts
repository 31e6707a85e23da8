import type { Machine, MapState } from './definition.ts';
import { amount, amountOrPath, expectKnown, type Fields, path, record, template, text } from './parse-fields.ts';

const READ = /^arn:[a-z-]+:states:::s3:getObject$/;
const WRITE = /^arn:[a-z-]+:states:::s3:putObject$/;

type OwnFields = Omit<
  MapState,
  'inputPath' | 'outputPath' | 'next' | 'resultSelector' | 'resultPath' | 'retry' | 'catch'
>;

/** What only a `Map` has. Throws an `Error`. */
export function parseMap(fields: Fields, parseWithin: (processor: unknown) => Machine | undefined): OwnFields {
  const processor = record(fields['ItemProcessor'], 'ItemProcessor');
  const mode = modeOf(processor['ProcessorConfig']);
  if (mode === 'INLINE')
    for (const name of ['ItemReader', 'ResultWriter', 'ToleratedFailurePercentage', 'Label'])
      if (fields[name] !== undefined) throw new Error(`an inline map has no ${name}`);
  const machine = parseWithin(processor);
  if (machine === undefined) throw new Error('the states within cannot be read');
  const itemSelector = template(fields['ItemSelector'], 'ItemSelector');
  const resultWriter = template(writerOf(fields), 'ResultWriter');
  return {
    kind: 'Map',
    mode,
    processor: machine,
    items: itemsOf(fields),
    ...(itemSelector === undefined ? {} : { itemSelector }),
    maxConcurrency: amountOrPath(fields, 'MaxConcurrency', 0),
    toleratedFailurePercentage: amount(fields, 'ToleratedFailurePercentage', 0),
    ...(resultWriter === undefined ? {} : { resultWriter }),
    label: fields['Label'] === undefined ? 'Map' : text(fields, 'Label'),
  };
}

function modeOf(config: unknown): MapState['mode'] {
  const { Mode = 'INLINE', ExecutionType = 'STANDARD', ...others } = record(config ?? {}, 'ProcessorConfig');
  expectKnown(others, []);
  if (Mode !== 'INLINE' && Mode !== 'DISTRIBUTED')
    throw new Error(`the sandbox does not know the mode ${JSON.stringify(Mode)}`);
  if (ExecutionType !== 'STANDARD')
    throw new Error(`the sandbox does not know the type ${JSON.stringify(ExecutionType)}`);
  return Mode;
}

function itemsOf(fields: Fields): MapState['items'] {
  if (fields['ItemReader'] === undefined) return { path: path(fields, 'ItemsPath') };
  if (fields['ItemsPath'] !== undefined) throw new Error('the sandbox does not know ItemsPath beside ItemReader');
  const reader = record(fields['ItemReader'], 'ItemReader');
  expectKnown(reader, ['Resource', 'ReaderConfig', 'Parameters']);
  if (!READ.test(text(reader, 'Resource')))
    throw new Error(`the sandbox does not read items from ${text(reader, 'Resource')}`);
  const { InputType, ...others } = record(reader['ReaderConfig'], 'ReaderConfig');
  expectKnown(others, []);
  if (InputType !== 'JSON') throw new Error(`the sandbox does not read items in ${JSON.stringify(InputType)}`);
  const parameters = record(reader['Parameters'], 'Parameters');
  expectKnown(parameters, ['Bucket', 'Bucket.$', 'Key', 'Key.$']);
  template(parameters, 'ItemReader');
  return { reader: parameters };
}

function writerOf(fields: Fields): unknown {
  if (fields['ResultWriter'] === undefined) return undefined;
  const writer = record(fields['ResultWriter'], 'ResultWriter');
  expectKnown(writer, ['Resource', 'Parameters']);
  if (!WRITE.test(text(writer, 'Resource')))
    throw new Error(`the sandbox does not write results to ${text(writer, 'Resource')}`);
  const parameters = record(writer['Parameters'], 'Parameters');
  expectKnown(parameters, ['Bucket', 'Bucket.$', 'Prefix', 'Prefix.$']);
  return parameters;
}
