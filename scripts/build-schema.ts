import { readFileSync, writeFileSync } from 'node:fs';
import { renderReference, renderSchema } from './config-reference.ts';
import { renderFailureReasons } from './failure-reasons.ts';
import { renderMeanings } from './meanings.ts';

const findings = new URL('../docs/findings.md', import.meta.url);
const reference = new URL('../docs/configuration.md', import.meta.url);

writeFileSync(new URL('../docs/holdfast.schema.json', import.meta.url), renderSchema());
writeFileSync(reference, renderReference(readFileSync(reference, 'utf8')));
writeFileSync(findings, renderFailureReasons(readFileSync(findings, 'utf8')));
writeFileSync(new URL('../src/render/meanings.json', import.meta.url), renderMeanings(readFileSync(findings, 'utf8')));
