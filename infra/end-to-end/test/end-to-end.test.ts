import { DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSmtpServer } from '@tablekeep/testkit/smtp-server';
import { eventually } from '@tablekeep/testkit/eventually';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { graphqlClient } from '@tablekeep/embedded/demo/graphql-client';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  restoreTables,
  runPolicy,
  viewSession,
  type SessionView,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

let platform: PlatformUnderTest;
let accountId: string;

beforeAll(async () => {
  platform = await startPlatform();
  accountId = await registerAccount(platform.owner, platform.graphql);
}, 60_000);
afterAll(() => platform.stop());

const ended = (id: string): Promise<SessionView> => endOfSession(platform.graphql, id, 60_000);

const pointsOf = async (tableName: string): Promise<{ id: string; kind: string; region: string }[]> => {
  const { restorePoints } = await platform.graphql<{
    restorePoints: { nodes: { id: string; kind: string; region: string }[] };
  }>('query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes { id kind region } } }', {
    filter: { tableName },
  });
  return restorePoints.nodes;
};

describe('a policy that cannot be', () => {
  test('every problem is answered at once, each with its field, and nothing is saved', async () => {
    const { policy, userErrors } = await createPolicy(platform.graphql, {
      name: 'x'.repeat(128),
      accountId,
      regions: [HOME, 'us-nowhere-9'],
      include: {},
      vaults: [{ region: HOME, vaultName: 'no-such-vault' }],
      retryCount: -1,
      description: 'x'.repeat(256),
      customTags: Array.from({ length: 50 }, (_, i) => ({ key: i === 0 ? 'aws:mine' : `key-${i}`, value: 'x' })),
      backupRetentionDays: 100,
      coldStorageAfterDays: 30,
      rpoHours: 0,
      exclude: { allTables: true },
    });
    expect(policy).toBeNull();
    const found = new Map(userErrors.map((error) => [error.path.join('.'), error.code]));
    expect(found.get('name')).toBe('BAD_NAME');
    expect(found.get('regions.1')).toBe('UNKNOWN_REGION');
    expect(found.get('include')).toBe('EMPTY_SELECTION');
    expect(found.get('vaults.0.vaultName')).toBe('VAULT_NOT_FOUND');
    expect(found.get('retryCount')).toBe('BAD_RETRY');
    expect(found.get('description')).toBe('BAD_DESCRIPTION');
    expect(found.get('customTags')).toBe('TOO_MANY_TAGS');
    expect(found.get('customTags.0.key')).toBe('RESERVED_TAG');
    expect(found.get('backupRetentionDays')).toBe('COLD_TOO_SHORT');
    expect(found.get('rpoHours')).toBe('BAD_RPO');
    expect(found.get('exclude.allTables')).toBe('EXCLUDES_ALL');
    const { policies } = await platform.graphql<{ policies: { nodes: { name: string }[] } }>(
      '{ policies { nodes { name } } }',
    );
    expect(policies.nodes.map((policy) => policy.name)).not.toContain('x'.repeat(128));
  });

  test('a name that is taken is named', async () => {
    const taken = policyInput(accountId, { name: 'Taken', enabled: false });
    const first = await createPolicy(platform.graphql, taken);
    expect(first.userErrors).toEqual([]);
    const second = await createPolicy(platform.graphql, taken);
    expect(second).toMatchObject({ policy: null, userErrors: [{ code: 'DUPLICATE_NAME', path: ['name'] }] });
  });
});

test('a table deleted between planning and backup fails with a reason, and the others are backed up', async () => {
  await createAirportTable(platform.owner, 'Doomed', { Tags: [{ Key: 'set', Value: 'doomed' }] });
  await createAirportTable(platform.owner, 'Survivor', { Tags: [{ Key: 'set', Value: 'doomed' }] });
  const { policy } = await createPolicy(
    platform.graphql,
    policyInput(accountId, { name: 'Doomed', include: { tags: [{ key: 'set', value: 'doomed' }] } }),
  );
  // The preflight of the backup is held up for long enough to delete the table after it was planned.
  await platform.aws.fault({
    service: 'backup',
    operation: 'DescribeRegionSettings',
    count: 2,
    kind: 'delay',
    delayMs: 1_500,
  });
  const id = await runPolicy(platform.graphql, policy!.id);
  await eventually(
    async () => {
      const { tasks } = await viewSession(platform.graphql, id);
      if (!tasks.nodes.some((task) => task.kind === 'BACKUP')) throw new Error('not planned yet');
    },
    { timeoutMs: 30_000, everyMs: 20, what: 'the plan' },
  );
  await platform.owner.dynamodb(HOME).send(new DeleteTableCommand({ TableName: 'Doomed' }));
  const session = await ended(id);
  await platform.aws.clearFaults();
  expect(session.status).toBe('FAILED');
  const backups = new Map(
    session.tasks.nodes.filter((task) => task.kind === 'BACKUP').map((task) => [task.tableName, task]),
  );
  expect(backups.get('Doomed')).toMatchObject({ status: 'FAILED', reasonCode: 'TABLE_NOT_FOUND', awsJobId: null });
  expect(backups.get('Survivor')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await pointsOf('Doomed')).toEqual([]);
}, 90_000);

describe('one table with a backup and a copy', () => {
  beforeAll(async () => {
    await createAirportTable(platform.owner, 'Twice');
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, {
        include: { tableNames: ['Twice'] },
        copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }],
      }),
    );
    expect(userErrors).toEqual([]);
    const session = await ended(await runPolicy(platform.graphql, policy!.id));
    expect(session).toMatchObject({ status: 'SUCCEEDED', notes: [] });
  }, 90_000);

  test('whoever reads SUCCEEDED finds the points', async () => {
    expect((await pointsOf('Twice')).map(({ kind, region }) => `${kind} ${region}`).sort()).toEqual([
      `BACKUP ${HOME}`,
      `COPY ${AWAY}`,
    ]);
  });

  test('a restore onto an existing table is refused before AWS is asked to restore', async () => {
    const startsBefore = await restoreStarts();
    const backup = (await pointsOf('Twice')).find((point) => point.kind === 'BACKUP')!;
    const { session, userErrors } = await restoreTables(platform.graphql, [
      { restorePointId: backup.id, mode: 'ORIGINAL' },
    ]);
    expect(session).toBeNull();
    expect(userErrors).toMatchObject([{ code: 'TABLE_EXISTS' }]);
    expect(userErrors[0]!.message).toContain('Twice');
    expect(await restoreStarts()).toBe(startsBefore);
  });

  test('a restore in another Region without saying how to encrypt is refused by name', async () => {
    const copy = (await pointsOf('Twice')).find((point) => point.kind === 'COPY')!;
    const { userErrors } = await restoreTables(platform.graphql, [
      { restorePointId: copy.id, mode: 'NEW', region: AWAY, tableName: 'Twice-eu' },
    ]);
    expect(userErrors).toMatchObject([{ code: 'ENCRYPTION_REQUIRED', path: ['items', '0', 'encryption'] }]);
  });

  test('the task of a restore carries a report of every property', async () => {
    const backup = (await pointsOf('Twice')).find((point) => point.kind === 'BACKUP')!;
    const { session } = await restoreTables(platform.graphql, [
      { restorePointId: backup.id, mode: 'NEW', tableName: 'Twice-again', deletionProtection: true },
    ]);
    expect((await ended(session!.id)).status).toBe('SUCCEEDED');
    const { session: seen } = await platform.graphql<{
      session: { tasks: { nodes: { restoreReport: { lines: { property: string; outcome: string }[] } }[] } };
    }>('query ($id: ID!) { session(id: $id) { tasks { nodes { restoreReport { lines { property outcome } } } } } }', {
      id: session!.id,
    });
    const { lines } = seen.tasks.nodes[0]!.restoreReport;
    const outcomes = (outcome: string) => lines.filter((line) => line.outcome === outcome).map((line) => line.property);
    expect(outcomes('CHANGED_AS_ASKED')).toEqual(['deletionProtection']);
    // What alarms there were nobody has read.
    expect(outcomes('NOT_RESTORABLE')).toEqual(['alarms']);
    expect(outcomes('SAME')).toHaveLength(lines.length - 2);
    const { Table } = await platform.owner.dynamodb(HOME).send(new DescribeTableCommand({ TableName: 'Twice-again' }));
    expect(Table?.DeletionProtectionEnabled).toBe(true);
  }, 90_000);

  const restoreStarts = async () =>
    (await platform.aws.calls())
      .filter((call) => call.operation === 'StartRestoreJob')
      .reduce((sum, call) => sum + call.count, 0);
});

test('the result of a session comes by mail, once', async () => {
  const smtp = await startSmtpServer();
  try {
    const { updateNotificationSettings } = await platform.graphql<{
      updateNotificationSettings: { userErrors: unknown[] };
    }>(
      `mutation ($input: NotificationSettingsInput!) { updateNotificationSettings(input: $input) { userErrors { code message path } } }`,
      {
        input: {
          enabled: true,
          smtpHost: '127.0.0.1',
          smtpPort: smtp.port,
          from: 'tablekeep@example.com',
          recipients: ['dba@example.com'],
          notifyOn: ['SUCCESS', 'WARNING', 'ERROR'],
        },
      },
    );
    expect(updateNotificationSettings.userErrors).toEqual([]);
    const { rescanInventory } = await platform.graphql<{ rescanInventory: { session: { id: string } } }>(
      'mutation ($input: RescanInventoryInput!) { rescanInventory(input: $input) { session { id } userErrors { code message path } } }',
      { input: { accountId } },
    );
    const mail = await smtp.next((message) => (message.text ?? '').includes(rescanInventory.session.id));
    expect(mail.subject).toContain('EMULATED');
    expect(mail.subject).toContain('SUCCEEDED');
    expect(smtp.messages.filter((message) => (message.text ?? '').includes(rescanInventory.session.id))).toHaveLength(
      1,
    );
  } finally {
    await smtp.stop();
  }
}, 60_000);

describe('who may do what', () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ accounts { id } }' }),
    });

  test('without a token, or with a wrong one, nothing is answered', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer tk_wrong' },
      { authorization: `Bearer tk_${'a'.repeat(43)}` },
    ]) {
      const response = await post(headers);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });

  test('a READ_ONLY token reads and changes nothing; revoked, it opens nothing', async () => {
    const { createApiToken } = await platform.graphql<{ createApiToken: { secret: string; apiToken: { id: string } } }>(
      'mutation { createApiToken(input: { name: "dashboard", role: READ_ONLY }) { secret apiToken { id } userErrors { code } } }',
    );
    const reader = graphqlClient(platform.url, createApiToken.secret);
    expect((await reader<{ accounts: unknown[] }>('{ accounts { id } }')).accounts).toHaveLength(1);
    await expect(createPolicy(reader, policyInput(accountId, { name: 'Sneaky' }))).rejects.toThrow('FORBIDDEN');
    await platform.graphql(
      'mutation ($id: ID!) { revokeApiToken(input: { id: $id }) { apiToken { revokedAt } userErrors { code } } }',
      {
        id: createApiToken.apiToken.id,
      },
    );
    await expect(reader('{ accounts { id } }')).rejects.toThrow('UNAUTHENTICATED');
  });

  test('the audit log says who asked for what and what came of it, without secrets', async () => {
    type Entry = { phase: string; action: string; actorName: string; input: string };
    const entries = await eventually(
      async () => {
        const { auditLog } = await platform.graphql<{ auditLog: { nodes: Entry[] } }>(
          '{ auditLog(first: 200) { nodes { phase action actorName input } } }',
        );
        const phases = auditLog.nodes.filter((entry) => entry.action === 'createAccount').map((entry) => entry.phase);
        if (!phases.includes('COMPLETED')) throw new Error(JSON.stringify(phases));
        return auditLog.nodes;
      },
      { timeoutMs: 20_000, what: 'the audit entries of createAccount' },
    );
    expect(
      entries
        .filter((entry) => entry.action === 'createAccount')
        .map((entry) => entry.phase)
        .sort(),
    ).toEqual(['COMPLETED', 'REQUESTED']);
    expect(entries.find((entry) => entry.action === 'createAccount')?.actorName).toBe('admin token file');
  });
});

describe('an export', () => {
  const address = async (content: string, format: string) => {
    const { sessionExport } = await platform.graphql<{ sessionExport: { path: string; fileName: string } }>(
      `query { sessionExport(content: ${content}, format: ${format}) { path fileName } }`,
    );
    return sessionExport;
  };

  test('is fetched at the public address with nothing but what was answered', async () => {
    await createAirportTable(platform.owner, 'Exported', { Tags: [{ Key: 'set', Value: 'exported' }] });
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'Exported', include: { tags: [{ key: 'set', value: 'exported' }] } }),
    );
    const sessionId = await runPolicy(platform.graphql, policy!.id);
    await ended(sessionId);
    const { path, fileName } = await address('TASKS', 'JSON_LINES');
    const response = await fetch(`${platform.url}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain(fileName);
    const rows = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { sessionId: string; kind: string; tableName: string | null; status: string });
    expect(rows.filter((row) => row.sessionId === sessionId && row.kind === 'BACKUP')).toMatchObject([
      { tableName: 'Exported', status: 'SUCCEEDED' },
    ]);
  });

  test('is refused where the address was changed, and unknown elsewhere', async () => {
    const { path } = await address('SESSIONS', 'CSV');
    expect((await fetch(`${platform.url}${path.slice(0, -3)}AAA`)).status).toBe(403);
    expect((await fetch(`${platform.url}${path.replace('/session', '/retention')}`)).status).toBe(404);
    expect((await fetch(`${platform.url}${path.replace('/session', '/nobody')}`)).status).toBe(404);
  });
});

test('the platform says that it is emulated', async () => {
  expect(await platform.graphql('{ environment }')).toEqual({ environment: 'EMULATED' });
});
