import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';

const TEMPLATE = 'cloudformation-template-update-stack.json';

/**
 * W3005: a DependsOn that the framework writes and that a reference implies already.
 * W9013: the account in an ARN; those of the configuration name keys and queues that may well be another account's.
 */
const TOLERATED: readonly string[] = ['W3005', 'W9013'];

const regions: readonly string[] = await readdir('stacks');
const engine = new RegoEngine();
let findings = 0;
try {
  for (const region of regions) {
    const file = join('stacks', region, TEMPLATE);
    const options = { severityLevel: 'WARN' as const, exclude: { ids: [...TOLERATED] } };
    for (const { severity, ruleId, message } of engine.validateStandard(new TemplateFile(file), options).diagnostics) {
      findings += 1;
      process.stdout.write(`${file}: ${severity} ${ruleId} ${message}\n`);
    }
  }
} finally {
  engine.free();
}
process.stdout.write(`${regions.length} templates, ${findings} findings\n`);
process.exitCode = findings === 0 && regions.length > 0 ? 0 : 1;
