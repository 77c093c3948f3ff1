import { CreateKeyCommand, CreateAliasCommand } from '@aws-sdk/client-kms';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tablekeep/platform/clock';
import { callInternal } from '@tablekeep/platform/rpc';
import type { EventData } from '@tablekeep/schema/events';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { newId } from '@tablekeep/platform/ids';
import { account, AWAY, createTable, HOME, operatorActions, VAULT } from './aws-account.ts';
import { startWorld, type World } from './world.ts';

const [engine] = await availableEngines();
const COUNT = 130;

describe('scanning a Region', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine!, { emulator: { speed: 6_000, limits: 'off' } });
    const names = Array.from({ length: COUNT }, (_, at) => `Table-${String(at).padStart(3, '0')}`);
    await Promise.all(names.map((name) => createTable(world.owner, name, { Tags: [{ Key: 'name', Value: name }] })));
  }, 60_000);
  afterAll(() => world.stop());

  async function scan(): Promise<{ chunks: EventData<'dev.tablekeep.inventory.scanned.v1'>[]; tables: number }> {
    const { taskId } = await world.perform({ kind: 'SCAN' });
    const { scan: done } = await world.succeeded(taskId);
    const chunks = await eventually(() => {
      const heard = world.heard.flatMap((event) =>
        event.type === 'dev.tablekeep.inventory.scanned.v1' && event.data.scanId === done!.scanId ? [event.data] : [],
      );
      expect(heard).toHaveLength(heard[0]?.chunks ?? -1);
      return heard;
    });
    return { chunks, tables: done!.tables };
  }

  test('tells every table once, with its settings, over all pages and chunks', async () => {
    const { chunks, tables } = await scan();
    expect(tables).toBe(COUNT);
    const all = chunks.flatMap((chunk) => chunk.tables);
    expect(new Set(all.map((table) => table.tableName)).size).toBe(COUNT);
    expect(all.find((table) => table.tableName === 'Table-007')).toMatchObject({
      billingMode: 'PAY_PER_REQUEST',
      encryption: { type: 'AWS_OWNED', kmsKeyArn: null },
      tags: { state: 'known', value: [{ key: 'name', value: 'Table-007' }] },
      pointInTimeRecovery: { state: 'known', value: null },
    });
    expect(chunks.map((chunk) => chunk.chunk).sort()).toEqual(chunks.map((_, at) => at + 1));
    for (const chunk of chunks) expect(JSON.stringify(chunk).length).toBeLessThan(250_000);
  }, 60_000);

  test('says what it could not read instead of calling it none', async () => {
    await world.owner.allow(operatorActions.filter((action) => action !== 'dynamodb:ListTagsOfResource'));
    const { chunks } = await scan();
    await world.owner.allow(operatorActions);
    expect(chunks[0]!.tables[0]!.tags).toMatchObject({
      state: 'unknown',
      because: expect.stringContaining('dynamodb:ListTagsOfResource'),
    });
  }, 60_000);
});

test('a scan in which AWS fails to give the tags of a table is made anew: it loses none', async () => {
  const world = await startWorld(engine!);
  try {
    await createTable(world.owner, 'Tagged', { Tags: [{ Key: 'backup', Value: 'nightly' }] });
    world.emulator.fault({ service: 'dynamodb', operation: 'ListTagsOfResource', kind: 'throttle', count: 3 });
    await world.succeeded((await world.perform({ kind: 'SCAN' })).taskId);
    const table = await eventually(() => {
      const [told] = world.heard.flatMap((event) =>
        event.type === 'dev.tablekeep.inventory.scanned.v1' ? event.data.tables : [],
      );
      if (!told) throw new Error('not told yet');
      return told;
    });
    expect(table.tags).toEqual({ state: 'known', value: [{ key: 'backup', value: 'nightly' }] });
  } finally {
    await world.stop();
  }
}, 60_000);

test('a scan begins by the database’s clock, whatever that of the replica shows', async () => {
  const ahead = { ...systemClock, now: () => new Date(Date.now() + 3_600_000) };
  const world = await startWorld(engine!, { clock: ahead });
  try {
    await createTable(world.owner, 'Only');
    const begun = Date.now();
    await world.succeeded((await world.perform({ kind: 'SCAN' })).taskId);
    const startedAt = await eventually(() => {
      const [told] = world.heard.flatMap((event) =>
        event.type === 'dev.tablekeep.inventory.scanned.v1' ? [Date.parse(event.data.startedAt)] : [],
      );
      if (told === undefined) throw new Error('not told yet');
      return told;
    });
    expect(Math.abs(startedAt - begun)).toBeLessThan(600_000);
  } finally {
    await world.stop();
  }
}, 60_000);

describe('scanning a Region with tables that the role may not describe', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine!);
    for (const name of ['Open', 'Closed']) await createTable(world.owner, name);
  }, 60_000);
  afterAll(() => world.stop());
  const deny = (resource: string) =>
    world.owner.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'Operator',
        PolicyName: 'closed',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Deny', Action: 'dynamodb:DescribeTable', Resource: resource },
        }),
      }),
    );

  test('tells them by name beside the others; where there are no others, it fails', async () => {
    await deny('arn:aws:dynamodb:*:*:table/Closed');
    const { taskId } = await world.perform({ kind: 'SCAN' });
    const { scan, warnings } = await world.succeeded(taskId);
    expect(scan).toMatchObject({ tables: 1, unreadable: [expect.stringContaining('Table Closed could not be read')] });
    expect(warnings).toEqual([]);
    const chunk = await eventually(() => {
      const told = world.heard.flatMap((event) =>
        event.type === 'dev.tablekeep.inventory.scanned.v1' ? [event.data] : [],
      );
      expect(told).toHaveLength(1);
      return told[0]!;
    });
    expect(chunk.tables.map(({ tableName }) => tableName)).toEqual(['Open']);
    expect(chunk.unreadable).toEqual([
      {
        arn: `arn:aws:dynamodb:${HOME}:${account.awsAccountId}:table/Closed`,
        name: 'Closed',
        reason: expect.stringContaining('dynamodb:DescribeTable'),
      },
    ]);
    await deny('*');
    const none = await world.perform({ kind: 'SCAN' });
    expect(await world.failed(none.taskId)).toMatchObject({ code: 'ACCESS_DENIED' });
  }, 60_000);
});

describe('look-ups', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(engine!);
  });
  afterAll(() => world.stop());

  const ask = <C extends 'lookupRegions' | 'lookupVaults' | 'lookupKmsKeys' | 'lookupTable'>(call: C, input: object) =>
    callInternal({
      peer: () => world.service.url,
      identity: world.identity,
      service: 'policy',
      call,
      input: { accountId: account.id, account: null, ...input } as never,
    });

  async function known(asked: ReturnType<typeof ask>): Promise<unknown> {
    const answer = await asked;
    if (answer.state !== 'known') throw new Error(answer.because);
    const { answer: looked } = answer.value;
    if (looked.state !== 'known') throw new Error(looked.because);
    return looked.value;
  }

  test('Regions, vaults and tables as AWS has them now', async () => {
    expect(await known(ask('lookupRegions', {}))).toEqual(
      expect.arrayContaining([
        { name: HOME, enabled: true },
        { name: AWAY, enabled: true },
      ]),
    );
    expect(await known(ask('lookupVaults', { region: AWAY }))).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: VAULT, locked: false, recoveryPoints: 0 })]),
    );
    expect(await known(ask('lookupTable', { region: HOME, tableName: 'Sought' }))).toMatchObject({
      exists: false,
      status: null,
      tableId: null,
    });
    await createTable(world.owner, 'Sought');
    expect(await known(ask('lookupTable', { region: HOME, tableName: 'Sought' }))).toMatchObject({
      exists: true,
      status: 'ACTIVE',
    });
  });

  test('keys with their aliases and who manages them', async () => {
    const { KeyMetadata } = await world.owner.kms().send(new CreateKeyCommand({}));
    const TargetKeyId = KeyMetadata!.KeyId;
    await world.owner.kms().send(new CreateAliasCommand({ AliasName: 'alias/tables', TargetKeyId }));
    expect(await known(ask('lookupKmsKeys', { region: HOME }))).toEqual(
      expect.arrayContaining([
        { arn: KeyMetadata!.Arn, keyId: TargetKeyId, aliases: ['alias/tables'], manager: 'CUSTOMER', enabled: true },
        expect.objectContaining({ aliases: ['alias/aws/dynamodb'], manager: 'AWS' }),
      ]),
    );
  });

  test('an account given inline needs no announcement', async () => {
    const vaults = await known(
      ask('lookupVaults', { region: HOME, accountId: 'new', account: { ...account, id: 'new' } }),
    );
    expect(vaults).toEqual(expect.arrayContaining([expect.objectContaining({ name: VAULT })]));
  });

  test('a role that cannot be assumed is "could not tell", with what to check', async () => {
    const wrong = { ...account, externalId: 'somebody-else' };
    const answer = await ask('lookupVaults', { region: HOME, account: wrong });
    expect(answer).toMatchObject({
      state: 'known',
      value: { answer: { state: 'unknown', because: expect.stringContaining('external id') } },
    });
  });

  test('while AWS is down, what it said a moment ago, with the time it said so; without that, "could not tell"', async () => {
    const before = await ask('lookupVaults', { region: HOME });
    world.emulator.fault({ service: 'backup', operation: 'ListBackupVaults', count: 100, kind: 'http500' });
    try {
      expect(await ask('lookupVaults', { region: HOME })).toEqual(before);
      const elsewhere = await ask('lookupVaults', { region: 'ap-southeast-2' });
      expect(elsewhere).toMatchObject({ state: 'known', value: { answer: { state: 'unknown' } } });
    } finally {
      world.emulator.clearFaults();
    }
  });

  test('over GraphQL an empty list that means nothing says why', async () => {
    const gql = async (query: string) => {
      const viewer = { kind: 'user', id: 'auditor', name: 'Auditor', role: 'READ_ONLY', requestId: newId() } as const;
      const answer = await fetch(`${world.service.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.identity.sign(viewer)}` },
        body: JSON.stringify({ query }),
      });
      return ((await answer.json()) as { data: Record<string, unknown> }).data;
    };
    const looked = await gql(
      `{ vaults(accountId: "account-1", region: "${HOME}") { vaults { name locked recoveryPoints } asOf couldNotTell }
         nobody: regions(accountId: "nobody") { regions { name } couldNotTell } }`,
    );
    expect(looked).toMatchObject({
      vaults: {
        vaults: expect.arrayContaining([{ name: VAULT, locked: false, recoveryPoints: 0 }]),
        couldNotTell: null,
      },
      nobody: { regions: [], couldNotTell: expect.any(String) },
    });
  });
});
