import { CreateBackupVaultCommand, ListTagsCommand } from '@aws-sdk/client-backup';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  readLog,
  registerAccount,
  rescanInventory,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type UserError = { code: string; path: string[] };
type Payload = { policy: { id: string; version: number; enabled: boolean } | null; userErrors: UserError[] };
type TableNode = { name: string; arn: string; protection: string; protectionReason: string };

describe('the life of policies, through the gateway', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  /** A run that waits for its second try while the tests go on. */
  let patient: { policyId: string; sessionId: string };
  const arnOf = (name: string) => `arn:aws:dynamodb:${HOME}:111122223333:table/${name}`;
  const tags = (...pairs: [string, string][]) => pairs.map(([Key, Value]) => ({ Key, Value }));

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    await createAirportTable(platform.owner, 'Both', { Tags: tags(['tier', 'gold'], ['team', 'ops']) });
    await createAirportTable(platform.owner, 'GoldOnly', { Tags: tags(['tier', 'gold']) });
    await createAirportTable(platform.owner, 'Scratch', {
      Tags: tags(['tier', 'gold'], ['team', 'ops'], ['tmp', 'yes']),
    });
    for (const name of ['Bare', 'Pair', 'Extra', 'Passing', 'Patient'])
      await createAirportTable(platform.owner, name, { Tags: [] });
    await createAirportTable(platform.owner, 'Oak', { Tags: tags(['tree', 'oak'], ['height', 'tall']) });
    await createAirportTable(platform.owner, 'Elm', { Tags: tags(['tree', 'elm']) });
    await createAirportTable(platform.owner, 'Hedge', { Tags: tags(['height', 'low'], ['trimmed', 'weekly']) });
    await rescanInventory(platform.graphql, accountId);
    patient = await failFirst('Patient');
  }, 90_000);
  afterAll(() => platform.stop());

  const tables = async (): Promise<Map<string, TableNode>> => {
    const { tables: page } = await platform.graphql<{ tables: { nodes: TableNode[] } }>(
      '{ tables { nodes { name arn protection protectionReason } } }',
    );
    return new Map(page.nodes.map((node) => [node.name, node]));
  };
  const change = async (mutation: string, type: string, input: object): Promise<Payload> => {
    const answer = await platform.graphql<Record<string, Payload>>(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { policy { id version enabled } userErrors { code path } } }`,
      { input },
    );
    return answer[mutation]!;
  };
  /** A policy over this table that says nothing of the pause between tries, and a run of it whose first try has failed. */
  const failFirst = async (name: string) => {
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name, include: { tableNames: [name] }, retryCount: 1 }),
    );
    const message = 'Internal error';
    await platform.aws.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'jobFailed', message });
    const sessionId = await runPolicy(platform.graphql, policy!.id);
    await eventually(
      async () => {
        expect(await readLog(platform.graphql, sessionId)).toContainEqual(expect.stringContaining(message));
      },
      { timeoutMs: 30_000, everyMs: 100, what: 'the first try’s failure' },
    );
    return { policyId: policy!.id, sessionId };
  };
  const remove = async (id: string) => {
    const { deletePolicy } = await platform.graphql<{ deletePolicy: { deletedId: string } }>(
      'mutation ($input: PolicyIdInput!) { deletePolicy(input: $input) { deletedId } }',
      { input: { id } },
    );
    return deletePolicy.deletedId;
  };
  const bothTags = {
    include: {
      tags: [
        { key: 'tier', value: 'gold' },
        { key: 'team', value: null },
      ],
      tagsMatch: 'ALL',
    },
    exclude: { tags: [{ key: 'tmp' }] },
  };
  const seen = async (id: string) => {
    const { policy } = await platform.graphql<{
      policy: { version: number; coveredTables: { nodes: { name: string }[] }; notifications: object | null };
    }>(
      'query ($id: ID!) { policy(id: $id) { version coveredTables { nodes { name } } notifications { silent recipients notifyOn } } }',
      { id },
    );
    return { ...policy, covered: policy.coveredTables.nodes.map(({ name }) => name) };
  };

  test('selection, exclusion and why each table is protected or not', async () => {
    const notifications = { recipients: ['dba@example.com'], notifyOn: ['ERROR'] };
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'Gold of ops', ...bothTags, notifications }),
    );
    expect(userErrors).toEqual([]);
    const stored = await seen(policy!.id);
    expect(stored.covered).toEqual(['Both']);
    expect(stored.notifications).toEqual({ silent: false, ...notifications });
    const known = await tables();
    const status = ['Bare', 'Both', 'GoldOnly', 'Scratch'].map((name) => `${name} ${known.get(name)?.protection}`);
    expect(status).toEqual([
      'Bare UNPROTECTED',
      'Both AWAITING_FIRST_BACKUP',
      'GoldOnly UNPROTECTED',
      'Scratch EXCLUDED',
    ]);
    expect((await tables()).get('Scratch')?.protectionReason).toContain('Gold of ops');
    const bad = await createPolicy(
      platform.graphql,
      policyInput(accountId, {
        name: 'Gold of ops',
        notifications: { recipients: ['nobody'] },
        rpoHours: 0,
        regions: [],
      }),
    );
    expect(bad.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual(
      expect.arrayContaining(['BAD_ADDRESS notifications.recipients.0', 'DUPLICATE_NAME name', 'NO_REGION regions']),
    );
  });

  test('a document brings a policy back as it was; what is wrong with one comes at once', async () => {
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'Carried', include: { tableNames: ['Nowhere'] }, rpoHours: 24 }),
    );
    const { id } = policy!;
    const documentOf = async (of: string) => {
      const { policyDocument } = await platform.graphql<{ policyDocument: { json: string } }>(
        'query ($id: ID!) { policyDocument(id: $id) { json } }',
        { id: of },
      );
      return policyDocument.json;
    };
    const json = await documentOf(id);
    const imported = await change('importPolicy', 'ImportPolicyInput', { accountId, json, name: 'Brought back' });
    expect(imported).toMatchObject({ policy: { enabled: false }, userErrors: [] });
    const again = JSON.parse(await documentOf(imported.policy!.id)) as object;
    expect(again).toEqual({ ...(JSON.parse(json) as object), name: 'Brought back' });
    const broken = JSON.stringify({ ...(JSON.parse(json) as object), retryCount: 'two', copys: [] });
    const refused = await change('importPolicy', 'ImportPolicyInput', { accountId, json: broken });
    expect(refused.policy).toBeNull();
    expect(refused.userErrors.map(({ path }) => path.join('.')).sort()).toEqual([
      'json.copys',
      // The policy it was made of is there.
      'json.name',
      'json.retryCount',
    ]);
  });

  test('of two policies the first one’s tables are left to it, until they change places; edits are not lost', async () => {
    const chosen = (name: string) =>
      createPolicy(platform.graphql, policyInput(accountId, { name, include: { tableNames: ['Pair'] } }));
    const [first, second] = [(await chosen('First')).policy!.id, (await chosen('Second')).policy!.id];
    const run = async (id: string) => {
      const sessionId = await runPolicy(platform.graphql, id);
      const { status, tasks } = await endOfSession(platform.graphql, sessionId, 60_000);
      const done = tasks.nodes.filter((task) => task.kind === 'BACKUP' && task.status !== 'SKIPPED');
      const backedUp = done.map((task) => task.tableName);
      const skipped = tasks.nodes.filter((task) => task.status === 'SKIPPED');
      return { status, backedUp, skipped, log: await readLog(platform.graphql, sessionId) };
    };
    const left = await run(second);
    expect(left.backedUp).toEqual([]);
    expect(left.skipped).toMatchObject([{ tableName: 'Pair', reasonCode: 'LEFT_TO_POLICY' }]);
    // The first one has no schedule: nobody shall take this for health.
    expect(left.status).toBe('WARNING');
    expect(left.log).toContainEqual(expect.stringContaining('Skipped, because policy "First" comes first: Pair'));
    const { policies } = await platform.graphql<{ policies: { nodes: { id: string; version: number }[] } }>(
      '{ policies { nodes { id version } } }',
    );
    const rank = ({ id }: { id: string }) => [second, first].indexOf(id);
    const wanted = policies.nodes.toSorted((a, b) => Number(rank(b) >= 0) - Number(rank(a) >= 0) || rank(a) - rank(b));
    const { reorderPolicies } = await platform.graphql<{ reorderPolicies: { userErrors: UserError[] } }>(
      'mutation ($input: ReorderPoliciesInput!) { reorderPolicies(input: $input) { userErrors { code path } } }',
      { input: { accountId, policies: wanted } },
    );
    expect(reorderPolicies.userErrors).toEqual([]);
    expect(await run(second)).toMatchObject({ status: 'SUCCEEDED', backedUp: ['Pair'] });
    expect((await tables()).get('Pair')?.protection).toBe('PROTECTED');

    const { version } = await seen(second);
    const added = await change('addTablesToPolicy', 'AddTablesToPolicyInput', {
      policyId: second,
      version,
      tableArns: [arnOf('Extra')],
    });
    expect(added.userErrors).toEqual([]);
    expect((await seen(second)).covered).toEqual(['Extra', 'Pair']);
    const stale = await change('updatePolicy', 'UpdatePolicyInput', {
      id: second,
      version,
      policy: policyInput(accountId, { name: 'Second' }),
    });
    expect(stale).toMatchObject({ policy: null, userErrors: [{ code: 'VERSION_CONFLICT', path: ['version'] }] });

    for (const id of [first, second]) {
      expect(await change('disablePolicy', 'PolicyIdInput', { id })).toMatchObject({ policy: { enabled: false } });
    }
    expect((await tables()).get('Pair')?.protection).toBe('POLICY_DISABLED');
    expect(await remove(first)).toBe(first);
  }, 90_000);

  test('tables that vanish are marked, not forgotten', async () => {
    await platform.owner.dynamodb(HOME).send(new DeleteTableCommand({ TableName: 'Passing' }));
    await rescanInventory(platform.graphql, accountId);
    expect((await tables()).has('Passing')).toBe(false);
    const { table } = await platform.graphql<{ table: { vanishedAt: string | null } }>(
      'query ($arn: ARN!) { table(arn: $arn) { vanishedAt } }',
      { arn: arnOf('Passing') },
    );
    expect(table.vanishedAt).not.toBeNull();
  }, 60_000);

  test('tables of several Regions by their tag, without one that is excluded; what gets the tag is taken by itself', async () => {
    const fleet = tags(['fleet', 'north']);
    for (const name of ['Ferry', 'Scrapped']) await createAirportTable(platform.owner, name, { Tags: fleet });
    await createAirportTable(platform.owner, 'Tug', { Tags: fleet }, AWAY);
    await platform.owner.backup(AWAY).send(new CreateBackupVaultCommand({ BackupVaultName: 'archive' }));
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, {
        name: 'Fleet',
        regions: [HOME, AWAY],
        include: { tags: [{ key: 'fleet', value: 'north' }] },
        exclude: { tables: [{ name: 'Scrapped', region: HOME }] },
        vaults: [
          { region: HOME, vaultName: VAULT },
          { region: AWAY, vaultName: 'archive' },
        ],
        copies: [
          { fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 60 },
          { fromRegion: HOME, toRegion: AWAY, vaultName: 'archive', retentionDays: 400 },
        ],
        customTags: Array.from({ length: 6 }, (_, i) => ({ key: `cost-${i}`, value: 'sea' })),
      }),
    );
    expect(userErrors).toEqual([]);
    const run = async () => {
      const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
      expect(session.status).toBe('SUCCEEDED');
      return session.tasks.nodes.filter(({ kind }) => kind === 'BACKUP').map(({ tableName }) => tableName);
    };
    expect((await run()).sort()).toEqual(['Ferry', 'Tug']);
    expect((await seen(policy!.id)).covered.sort()).toEqual(['Ferry', 'Tug']);
    expect((await tables()).get('Scrapped')).toMatchObject({
      protection: 'EXCLUDED',
      protectionReason: 'Policy "Fleet" excludes it.',
    });
    type Point = { kind: string; region: string; vaultName: string; recoveryPointArn: string };
    const pointsOf = async (tableName: string) => {
      const { restorePoints } = await platform.graphql<{
        restorePoints: { nodes: (Point & { createdAt: string; expiresAt: string })[] };
      }>(
        `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) {
           nodes { kind region vaultName recoveryPointArn createdAt expiresAt } } }`,
        { filter: { tableName } },
      );
      return restorePoints.nodes;
    };
    const ferry = await pointsOf('Ferry');
    const days = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
    const shown = [...ferry, ...(await pointsOf('Tug'))].map(
      (point) => `${point.kind} ${point.region} ${point.vaultName} ${days(point.createdAt, point.expiresAt)}`,
    );
    expect(shown.sort()).toEqual(
      [
        `BACKUP ${HOME} ${VAULT} 35`,
        `COPY ${AWAY} ${VAULT} 60`,
        `COPY ${AWAY} archive 400`,
        `BACKUP ${AWAY} archive 35`,
      ].sort(),
    );
    // The policy's tags are on the points, beside the table's own.
    for (const { region, recoveryPointArn } of ferry) {
      const { Tags } = await platform.owner.backup(region).send(new ListTagsCommand({ ResourceArn: recoveryPointArn }));
      expect(Tags).toMatchObject({ fleet: 'north', 'cost-0': 'sea', 'cost-5': 'sea' });
    }
    await createAirportTable(platform.owner, 'Barge', { Tags: fleet }, AWAY);
    expect((await run()).sort()).toEqual(['Barge', 'Ferry', 'Tug']);
  }, 90_000);

  test('tables with any of several tags, and by an edit with all of them or whatever there is', async () => {
    const input = (include: object, exclude: object = {}) =>
      policyInput(accountId, { name: 'Trees', include, exclude, enabled: false });
    const either = [
      { key: 'tree', value: 'elm' },
      { key: 'height', value: null },
    ];
    const { policy } = await createPolicy(platform.graphql, input({ tags: either, tagsMatch: 'ANY' }));
    const id = policy!.id;
    const editedTo = async (include: object, exclude?: object) => {
      const { version } = await seen(id);
      const edited = await change('updatePolicy', 'UpdatePolicyInput', {
        id,
        version,
        policy: input(include, exclude),
      });
      expect(edited).toMatchObject({ policy: { version: version + 1 }, userErrors: [] });
      return (await seen(id)).covered;
    };
    expect((await seen(id)).covered).toEqual(['Elm', 'Hedge', 'Oak']);
    const oneOf = { tags: either, tagsMatch: 'ANY' };
    const trimmed = { tags: [{ key: 'trimmed' }], tables: [{ name: 'Elm', region: HOME }] };
    expect(await editedTo(oneOf, trimmed)).toEqual(['Oak']);
    expect(await editedTo({ tags: [...either, { key: 'tree', value: 'oak' }], tagsMatch: 'ALL' })).toEqual([]);
    const both = [
      { key: 'tree', value: 'oak' },
      { key: 'height', value: 'tall' },
    ];
    expect(await editedTo({ tags: both, tagsMatch: 'ALL' })).toEqual(['Oak']);
    const all = await editedTo({ allTables: true }, trimmed);
    expect(all).toEqual(expect.arrayContaining(['Bare', 'Both', 'Oak']));
    expect(all).not.toContain('Elm');
    expect(all).not.toContain('Hedge');
    await remove(id);
  });

  test('custom tags for which a table’s own leave no room are named in the log, and the backup is made', async () => {
    const own = (count: number) => Array.from({ length: count }, (_, i): [string, string] => [`own-${i}`, 'mine']);
    await createAirportTable(platform.owner, 'Crowded', { Tags: tags(['tagged', 'yes'], ...own(46)) });
    await createAirportTable(platform.owner, 'Roomy', { Tags: tags(['tagged', 'yes'], ...own(3)) });
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, {
        name: 'Tagged',
        include: { tags: [{ key: 'tagged', value: 'yes' }] },
        customTags: ['first', 'second', 'third'].map((key) => ({ key, value: 'ours' })),
      }),
    );
    expect(userErrors).toEqual([]);
    const sessionId = await runPolicy(platform.graphql, policy!.id);
    const session = await endOfSession(platform.graphql, sessionId, 60_000);
    expect(session.status).toBe('WARNING');
    const backups = session.tasks.nodes.filter(({ kind }) => kind === 'BACKUP');
    // Its 47 and the one by which the run is known leave room for two.
    const lost = 'The tag third did not fit on the recovery point: AWS allows 50 in all.';
    expect(backups.map(({ tableName, status, warnings }) => ({ tableName, status, warnings }))).toEqual(
      expect.arrayContaining([
        { tableName: 'Crowded', status: 'WARNING', warnings: [lost] },
        { tableName: 'Roomy', status: 'SUCCEEDED', warnings: [] },
      ]),
    );
    const log = await readLog(platform.graphql, sessionId);
    expect(log.filter((message) => message.includes('did not fit'))).toEqual([
      expect.stringMatching(/Crowded.*The tag third did not fit/u),
    ]);
    const pointOf = async (tableName: string) => {
      const { restorePoints } = await platform.graphql<{
        restorePoints: { nodes: { recoveryPointArn: string; selfSufficient: boolean }[] };
      }>(
        'query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes { recoveryPointArn selfSufficient } } }',
        { filter: { tableName } },
      );
      const [{ recoveryPointArn, selfSufficient }] = restorePoints.nodes as [(typeof restorePoints.nodes)[0]];
      const { Tags = {} } = await platform.owner
        .backup(HOME)
        .send(new ListTagsCommand({ ResourceArn: recoveryPointArn }));
      return { selfSufficient, tags: Tags, custom: Object.keys(Tags).filter((key) => Tags[key] === 'ours') };
    };
    const [crowded, roomy] = [await pointOf('Crowded'), await pointOf('Roomy')];
    expect(Object.keys(crowded.tags)).toHaveLength(50);
    expect(crowded.tags).toMatchObject({ tagged: 'yes', 'own-0': 'mine', 'own-45': 'mine' });
    expect(crowded.custom.sort()).toEqual(['first', 'second']);
    // What a catalog import needs had no room either.
    expect(crowded.selfSufficient).toBe(false);
    expect(roomy.custom.sort()).toEqual(['first', 'second', 'third']);
    expect(roomy.selfSufficient).toBe(true);
  }, 90_000);

  test('who says nothing of the pause between tries gets a minute: it is shown, told beforehand and kept', async () => {
    const { policy } = await platform.graphql<{ policy: object }>(
      'query ($id: ID!) { policy(id: $id) { retryCount retryDelaySeconds } }',
      { id: patient.policyId },
    );
    expect(policy).toEqual({ retryCount: 1, retryDelaySeconds: 60 });
    const ended = await endOfSession(platform.graphql, patient.sessionId, 120_000);
    expect(ended.status).toBe('SUCCEEDED');
    const { session } = await platform.graphql<{
      session: {
        tasks: { nodes: { kind: string; attempts: { status: string; startedAt: string; finishedAt: string }[] }[] };
      };
    }>('query ($id: ID!) { session(id: $id) { tasks { nodes { kind attempts { status startedAt finishedAt } } } } }', {
      id: patient.sessionId,
    });
    const { attempts } = session.tasks.nodes.find(({ kind }) => kind === 'BACKUP')!;
    expect(attempts).toMatchObject([{ status: 'FAILED' }, { status: 'SUCCEEDED' }]);
    const [first, second] = attempts as [(typeof attempts)[0], (typeof attempts)[0]];
    const due = Date.parse(first.finishedAt) + 60_000;
    const log = await readLog(platform.graphql, patient.sessionId);
    expect(log).toContainEqual(expect.stringContaining(`attempt 2 of 2 follows at ${new Date(due).toISOString()}`));
    expect(Date.parse(second.startedAt)).toBeGreaterThanOrEqual(due);
  }, 150_000);
});
