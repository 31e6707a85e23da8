import { CHECKSUM_ALGORITHMS } from '../../../src/model/checksum.ts';

/** What moto 5.2.1 does otherwise than AWS, and the cases that see it. */
const reasons: readonly (readonly [reason: string, cases: readonly string[]])[] = [
  [
    'believes every checksum and digest that it is told',
    [
      ...CHECKSUM_ALGORITHMS.map((name) => `a wrong ${name} is refused and nothing is stored`),
      'a checksum that is no digest is refused',
      'a wrong Content-MD5 is refused',
      'a wrong checksum in the trailer of a stream is refused',
      'a body that is not what was signed is refused',
      'a part with a wrong checksum is refused',
    ],
  ],
  [
    'stores a checksum only where x-amz-sdk-checksum-algorithm names it',
    ['a checksum is stored although no header names its algorithm', 'an upload without any checksum gets a CRC64NVME'],
  ],
  ['has no checksum type of an object put at once', ['a checksum of an object put at once is of type FULL_OBJECT']],
  [
    'answers GetObjectAttributes with a Last-Modified that the SDK cannot read',
    [
      'the attributes of an object name checksum, ETag and size',
      'the attributes of a multipart object list its parts with their checksums',
    ],
  ],
  [
    'mixes up the checksums of multipart objects: no number of parts behind a composite, another algorithm than asked for',
    [
      'a multipart object has the COMPOSITE CRC32 that its parts give',
      'a multipart object has the COMPOSITE CRC32C that its parts give',
      'a multipart object has the COMPOSITE XXHASH3 that its parts give',
      'a multipart object has the FULL_OBJECT CRC64NVME that its parts give',
      'a composite CRC64NVME is refused',
    ],
  ],
  [
    'forgets the checksums of parts',
    [
      'a HEAD by part number gives the checksum of that part',
      'our store: exact parts come with their stored checksums',
    ],
  ],
  ['answers a GET by part number with the whole object', ['a GET by part number gives the bytes of that part']],
  ['takes parts in any order', ['parts that are not named in order are refused']],
  ['takes keys of any length', ['a key of 1,025 bytes is refused']],
  [
    'answers for every bucket in every Region',
    [
      'a GET signed for another Region is redirected to the right one',
      'a HEAD signed for another Region is redirected without a body',
      'our store: an object in another Region is said to be there',
    ],
  ],
  [
    'does not speak of delete markers when it refuses a GET',
    ['a GET of a deleted key names its delete marker too', 'a GET of a delete marker itself is a 405'],
  ],
  [
    'forgets older versions when versioning is suspended',
    ['while versioning is suspended the null version is replaced and the others stay'],
  ],
  ['gives SSE-KMS objects an MD5 as ETag', ['the ETag of an SSE-KMS object is not the MD5 of its content']],
  ['encrypts nothing by default, and says so', ['an object that asks for no encryption is encrypted by S3 itself']],
  [
    "reads SSE-C objects without their customer's key",
    ['an SSE-C object cannot be read without the key', 'an SSE-C object cannot be read with another key'],
  ],
  [
    'tells events without version ID and sequencer',
    [
      'an upload into a versioned bucket is told with its version ID and a sequencer',
      'the sequencers of one key follow the order of its writes',
    ],
  ],
  ['encodes the slashes in the key of an event', ['the slashes in the key of an event are left as they are']],
  ['tells a multipart upload as a Put', ['a multipart upload is told once, when it is completed']],
  ['does not tell of delete markers', ['a delete marker is told with its own version ID']],
  ['does not say whether EventBridge is on', ['EventBridge is on for a bucket that says so, and off again']],
  ['takes two entries for one event', ['two entries for one event are refused, whatever they notify']],
  ['does not look whether a destination exists', ['a queue that does not exist is refused as a destination']],
  [
    'replicates nothing',
    [
      'a replica appears under the version ID of its source, with status REPLICA',
      'a source is PENDING or COMPLETED, and in the end COMPLETED',
      'a replica keeps metadata, checksum and time of its source',
      'a delete marker is replicated where the rule says so',
      'a version that cannot be replicated is FAILED, and that is told',
      'tags that are set later go over, to that version alone',
    ],
  ],
  [
    'has no batch jobs',
    [
      'a batch replication job waits for its confirmation, and says how much there is',
      'a batch replication job brings over what failed, and reports it',
      'the same token is the same job, and every job is listed',
      'a job that is not there is not found',
    ],
  ],
  [
    'has access points without routes and without a way through them',
    [
      'the routes of an access point are read and changed; a Region that is left out stays as it is',
      'a change of routes that would leave no bucket active is refused',
      'an object is read through an access point, from whichever bucket answers',
    ],
  ],
  ['does not say when an object expires', ['a HEAD says when a rule will take the object away']],
  ['does not judge policies', ['a policy that lets everybody in is public, one that names an account is not']],
  ['leaves new buckets open', ['a new bucket is closed to the public']],
  ['dates every upload to 2010', ['an upload that nobody completed is listed with the time at which it began']],
  [
    'does not check signatures',
    [
      'a request signed with a wrong secret is refused',
      'a request signed with an unknown key is refused',
      'a request dated 16 minutes ago is refused',
      'a queue service checks signatures too',
    ],
  ],
  [
    'cannot plant faults',
    [
      'a throttled request is SlowDown, and our store says throttled',
      'KMS that is throttled under S3 is SlowDown in other words',
      'a KMS key that cannot be used is a reason of its own',
    ],
  ],
];

/** The reason by the name of the case. */
export const motoOptOuts: Readonly<Record<string, string>> = Object.fromEntries(
  reasons.flatMap(([reason, names]) => names.map((name) => [name, reason])),
);
