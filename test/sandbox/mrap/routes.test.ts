import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCall, IRELAND, type MrapStage, SECOND_MS, startMrapStage, SYDNEY, VIRGINIA } from './mrap-stage.ts';

const TO_IRELAND = [
  { ...VIRGINIA, dial: 0 },
  { ...IRELAND, dial: 100 },
];

let stage: MrapStage;

beforeEach(async () => {
  stage = await startMrapStage();
});

afterEach(async () => {
  await stage.close();
});

describe('the routes of an access point', () => {
  it('are told by the control plane with the Region that answered', async () => {
    const seen = await stage.routes.read(stage.arn, aCall());
    expect(seen).toMatchObject({
      state: 'present',
      value: {
        readFrom: 'us-west-2',
        routes: [
          { ...VIRGINIA, dial: 100 },
          { ...IRELAND, dial: 0 },
          { ...SYDNEY, dial: 0 },
        ],
      },
    });
  });

  it('change at once for the control plane, and later for the traffic', async () => {
    const taken = await stage.routes.submit(stage.arn, TO_IRELAND, aCall());
    expect(taken).toEqual({ kind: 'accepted', by: 'us-west-2' });
    expect(await stage.dials()).toEqual({ 'orders-use1': 0, 'orders-euw1': 100, 'orders-apse2': 0 });
    const textOf = async (): Promise<unknown> => {
      const answer = await stage.reader('eu-north-1').read(stage.arn, 'which', aCall());
      return answer.state === 'present' ? answer.value.text : answer.state;
    };
    expect(await textOf()).toBe(VIRGINIA.bucket);
    await stage.cloud.clock.advance(9 * SECOND_MS);
    expect(await textOf()).toBe(VIRGINIA.bucket);
    await stage.cloud.clock.advance(SECOND_MS);
    expect(await textOf()).toBe(IRELAND.bucket);
  });

  it('are changed by one of two who try at the same time', async () => {
    const both = await Promise.all([
      stage.routes.submit(stage.arn, TO_IRELAND, aCall()),
      stage.routes.submit(stage.arn, [{ ...SYDNEY, dial: 100 }], { ...aCall(), avoid: 'us-west-2' }),
    ]);
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'conflict']);
    await stage.cloud.clock.advance(SECOND_MS);
    expect(await stage.routes.submit(stage.arn, TO_IRELAND, aCall())).toMatchObject({ kind: 'accepted' });
  });

  it.each([
    ['no bucket would be active', [{ ...VIRGINIA, dial: 0 }], /At least one Region must be active/],
    ['a dial is neither 0 nor 100', [{ ...IRELAND, dial: 50 }], /must be 0 or 100/],
    ['a bucket is not behind it', [{ bucket: 'other', region: 'eu-west-1', dial: 100 }], /not behind/],
    [
      'a bucket is named twice',
      [
        { ...IRELAND, dial: 100 },
        { ...IRELAND, dial: 0 },
      ],
      /updated twice/,
    ],
    ['nothing is changed', [], /At least one route/],
  ])('stay as they are where %s', async (_, updates, why) => {
    expect(await stage.routes.submit(stage.arn, updates, aCall())).toEqual({
      kind: 'refused',
      reason: expect.stringMatching(why) as unknown,
    });
    expect(await stage.dials()).toEqual({ 'orders-use1': 100, 'orders-euw1': 0, 'orders-apse2': 0 });
  });

  it('are those of an access point that exists', async () => {
    const stranger = stage.arn.replace(stage.alias, 'nobody0.mrap');
    expect(await stage.routes.read(stranger, aCall())).toEqual({ state: 'absent' });
    expect(await stage.routes.submit(stranger, TO_IRELAND, aCall())).toMatchObject({ kind: 'refused' });
    expect(await stage.routes.submit('arn:aws:s3::111122223333:accesspoint/orders', TO_IRELAND, aCall())).toMatchObject(
      {
        kind: 'refused',
      },
    );
  });
});
