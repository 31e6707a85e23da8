import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import validateDefinition from 'asl-validator';
import { parseTemplate, type Template } from './deployment/plan.ts';

const TEMPLATE = 'cloudformation-template-update-stack.json';

/**
 * W3005: a DependsOn that the framework writes and that a reference implies already.
 * W9013: the account in an ARN; those of the configuration name keys and queues that may well be another account's.
 */
const TOLERATED: readonly string[] = ['W3005', 'W9013'];

const regions: readonly string[] = await readdir('stacks');
const engine = new RegoEngine();
let findings = 0;
let machines = 0;
try {
  for (const region of regions) {
    const file = join('stacks', region, TEMPLATE);
    const options = { severityLevel: 'WARN' as const, exclude: { ids: [...TOLERATED] } };
    for (const { severity, ruleId, message } of engine.validateStandard(new TemplateFile(file), options).diagnostics) {
      findings += 1;
      process.stdout.write(`${file}: ${severity} ${ruleId} ${message}\n`);
    }
    for (const [name, definition] of definitionsIn(parseTemplate(await readFile(file, 'utf8')))) {
      machines += 1;
      for (const { Message } of validateDefinition(definition).errors) {
        findings += 1;
        process.stdout.write(`${file}: ${name}: ${Message}\n`);
      }
    }
  }
} finally {
  engine.free();
}
process.stdout.write(`${regions.length} templates, ${machines} state machines, ${findings} findings\n`);
process.exitCode = findings === 0 && regions.length > 0 ? 0 : 1;

/** State machines by their logical ids, with something in place of what CloudFormation knows alone. */
function definitionsIn({ Resources }: Template): readonly (readonly [name: string, definition: unknown])[] {
  return Object.entries(Resources).flatMap(([name, { Type, Properties = {} }]) => {
    const { DefinitionString: text } = Properties;
    if (Type !== 'AWS::StepFunctions::StateMachine' || typeof text !== 'string') return [];
    const ready = text.replaceAll('${Partition}', 'aws');
    return [[name, JSON.parse(ready) as unknown] as const];
  });
}
