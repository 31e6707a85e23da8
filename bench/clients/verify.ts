import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3ObjectStore } from '../../src/adapters/aws/s3-object-store.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import {
  createAlertLog,
  createLookList,
  createMemoryLedger,
  forgetful,
  noPairs,
  noPoison,
  silentJournal,
} from '../../src/audit/memory-ports.ts';
import { DEFAULT_CONFIG } from '../../src/config.ts';
import { firstLook } from '../../src/model/look.ts';
import { createMonitor } from '../../src/monitor.ts';
import { formatReport } from './report.ts';

// What the function on-read does with one object: the real adapter and core, with a ledger and queues in memory.
const [endpoint = '', bucket = '', key = '', declared = ''] = process.argv.slice(2);
const region = 'us-east-1';
const looks = createLookList();
const monitor = createMonitor(
  {
    region,
    objects: createS3ObjectStore(createClients({ customEndpoint: true, endpoint })),
    ledger: createMemoryLedger(),
    alerts: createAlertLog(),
    looks,
    poison: noPoison,
    clock: systemClock,
    journal: silentJournal,
    ...noPairs,
    ...forgetful,
  },
  {
    ...DEFAULT_CONFIG,
    verify: [
      {
        bucket,
        prefix: '',
        evidence: 'computed-checksum',
        declared:
          declared === ''
            ? []
            : [
                {
                  from: 'metadata',
                  name: declared,
                  algorithm: 'MD5',
                  encoding: 'hex',
                  of: 'content',
                  allowContentEncoding: false,
                },
              ],
      },
    ],
  },
);
const event = { kind: 'created', name: 'bench', object: { bucket, region, key }, eventAt: systemClock.now() } as const;
const inspection = await monitor.inspect(firstLook(event, 'content'), { signal: new AbortController().signal });
const findings = inspection?.findings ?? [];
process.stdout.write(
  formatReport(findings.map(({ verdict, evidence }) => `${verdict} ${String(evidence['against'])}`)),
);
