import { sceneryOf, type Scenery } from './scenery.ts';
import { ACCOUNT, LEDGER, OTHER_LEDGER } from './places.ts';

/** Name of the access point in the configuration. */
export const MRAP = 'ledger';

export const MRAP_ARN: string = `arn:aws:s3::${ACCOUNT}:accesspoint/mfzwi23gnjvgw.mrap`;

/** Hosts no bucket: what it sees of a Region is nobody's own trouble. */
export const WITNESS = 'eu-central-1';

/** Replicas that are held back have these keys. */
export const HELD_BACK = 'held-back/';

/** Small, because sandbox time is moved in steps that a person can watch. */
const CONFIG = `version: 1
pairs:
  ledger:
    source: { bucket: ${LEDGER.bucket}, region: ${LEDGER.region}, account: '${ACCOUNT}' }
    destinations:
      - { bucket: ${OTHER_LEDGER.bucket}, region: ${OTHER_LEDGER.region}, account: '${ACCOUNT}' }
    twoWay: true
    lookAfter: [2s, 5s, 30s, 5m, 15m]
mraps:
  ${MRAP}:
    arn: ${MRAP_ARN}
    pairs: [ledger]
    observers: [${LEDGER.region}, ${OTHER_LEDGER.region}, ${WITNESS}]
    witness: ${WITNESS}
    active: [${LEDGER.region}]
    failover: { mode: automatic, rpo: 8m, coolDown: 5m, quorum: 2 }
alerts:
  severity: info
`;

/** Where the third act plays: a two-way pair behind an access point, and a witness. */
export const REGION_SCENERY: Scenery = { ...sceneryOf(CONFIG), stage: 'demo', isWired: true };
