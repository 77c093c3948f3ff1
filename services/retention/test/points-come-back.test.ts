import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { DAY, HOME, startRetentionWorld, tableArn, type Payload, type RetentionWorld } from './retention-world.ts';

const HOUR = 3_600_000;

describe.each(await availableEngines())('points that come back to a frozen chain, on %s', (engine: Engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  const chains = async (): Promise<{ tableId: string; because: string }[]> => {
    const { frozenChains } = await world.service.graphql<{
      frozenChains: { nodes: { tableId: string; because: string }[] };
    }>('{ frozenChains { nodes { tableId because } } }');
    return frozenChains.nodes;
  };
  const as = (tableId: string) => ({ table: { arn: tableArn('Orders'), name: 'Orders', region: HOME, tableId } });
  const acknowledge = (id: string) =>
    world.mutate<Payload>('acknowledgeChain', 'AcknowledgeChainInput', { id, reason: 'It was moved' }, '');
  const at = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY);

  /** The last point of the former table is shown no more, and is shown again. */
  async function vanishAndComeBack(): Promise<void> {
    const inHours = (hours: number) => ({ startedAt: new Date(Date.now() + hours * HOUR) });
    await world.scanned('look-1', ['new'], inHours(1));
    await eventually(async () => expect((await world.row('old')).missingSince).not.toBeNull());
    await world.scanned('look-2', ['new'], inHours(3));
    await world.heard('dev.tablekeep.chain.released.v1', 1);
    await world.found('look-3', ['old'], inHours(5));
    await eventually(async () => expect((await world.row('old')).deletedAt).toBeNull());
  }

  test('bring the freeze back that had ended with them, and are not deleted the same night', async () => {
    await world.made('new', as('t-2'), at(1));
    await world.made('old', as('t-1'), at(30));
    await vanishAndComeBack();
    const frozen = await world.heard('dev.tablekeep.chain.frozen.v1', 2);
    expect(frozen[1]).toMatchObject({ because: 'REPLACED', tableId: 't-1' });
    expect(await chains()).toMatchObject([{ tableId: 't-1' }]);
    expect((await world.row('old')).graceUntil!.getTime()).toBeGreaterThan(Date.now() + DAY / 2);
  });

  test('do not when a person had acknowledged before', async () => {
    await world.made('new', as('t-2'), at(1));
    await world.made('old', as('t-1'), at(30));
    await acknowledge((await world.heard('dev.tablekeep.chain.frozen.v1', 1))[0]!.chainId);
    await vanishAndComeBack();
    expect(await chains()).toEqual([]);
  });

  test('a late word of a former table whose freeze had ended freezes it again', async () => {
    await world.made('new', as('t-2'), at(1));
    await world.made('old', as('t-1'), at(30));
    await world.ended('old', 'GONE');
    await world.heard('dev.tablekeep.chain.released.v1', 1);
    await world.made('older', as('t-1'), at(31));
    expect(await chains()).toMatchObject([{ tableId: 't-1', because: 'REPLACED' }]);
  });
});
