import { describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { HOME, policyWorld, type UserError } from './world.ts';

describe.each(await availableEngines())('accounts on %s', (engine) => {
  const world = policyWorld(engine);
  const {
    createAccount,
    createPolicy,
    scanned,
    inventory,
    updateAccount,
    connectionOf,
    finished,
    requested,
    catalogued,
    deleted,
  } = world;

  test('everything that is wrong with an account is told at once', async () => {
    const { account, userErrors } = await createAccount({
      awsAccountId: '1',
      roleArn: 'arn:nonsense',
      regions: ['nowhere'],
    });
    expect(account).toBeNull();
    expect(userErrors.map((error) => error.path.join('.'))).toEqual(
      expect.arrayContaining(['name', 'awsAccountId', 'roleArn', 'regions.0']),
    );
  });

  test('an account takes Regions that AWS lists and has switched on, and keeps those that policies use', async () => {
    expect(await updateAccount({ regions: [HOME, 'us-eest-1', 'me-south-1'] })).toMatchObject({
      account: null,
      userErrors: [
        { code: 'UNKNOWN_REGION', path: ['regions', '1'] },
        { code: 'REGION_DISABLED', path: ['regions', '2'] },
      ],
    });
    await createPolicy();
    expect(await updateAccount({ regions: ['ap-south-1'] })).toMatchObject({
      account: null,
      userErrors: [
        { code: 'IN_USE', message: 'Policy "Nightly" uses us-east-1.' },
        { code: 'IN_USE', message: 'Policy "Nightly" uses eu-west-1.' },
      ],
    });
    expect(await updateAccount({ regions: [HOME, 'eu-west-1'] })).toMatchObject({
      account: { regions: [HOME, 'eu-west-1'], connection: 'CONNECTED' },
    });
  });

  test('no policy is enabled whose account is not marked for backups, also where both are asked for at once', async () => {
    const { policy } = await createPolicy({ enabled: false });
    const input = { id: policy!.id };
    const change = async (mutation: 'enablePolicy' | 'disablePolicy') => {
      const answer = await world.service.graphql<Record<string, { policy: object | null; userErrors: UserError[] }>>(
        `mutation ($input: PolicyIdInput!) { ${mutation}(input: $input) { policy { enabled } userErrors { code path message } } }`,
        { input },
      );
      return answer[mutation]!;
    };
    expect(await updateAccount({ uses: ['RESTORE'] })).toMatchObject({ userErrors: [] });
    expect(await change('enablePolicy')).toEqual({
      policy: null,
      userErrors: [
        {
          code: 'NOT_FOR_BACKUP',
          path: ['id'],
          message: 'The roles of account "Production" are not marked for BACKUP; updateAccount marks them.',
        },
      ],
    });
    for (let i = 0; i < 8; i++) {
      await updateAccount({ uses: ['BACKUP'] });
      const [enabled, marked] = await Promise.all([change('enablePolicy'), updateAccount({ uses: ['RESTORE'] })]);
      // Whoever is second is told.
      const told = [enabled, marked].flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
      expect([['NOT_FOR_BACKUP'], ['IN_USE']]).toContainEqual(told);
      await change('disablePolicy');
    }
  });

  test('an account cannot take the name of another', async () => {
    await createAccount({
      name: 'Staging',
      awsAccountId: '444455556666',
      roleArn: 'arn:aws:iam::444455556666:role/Tablekeep',
      serviceRoleArn: 'arn:aws:iam::444455556666:role/Backup',
    });
    expect(await updateAccount({ name: 'Staging' })).toMatchObject({
      account: null,
      userErrors: [{ code: 'DUPLICATE_NAME', path: ['name'], message: 'The name "Staging" is taken.' }],
    });
  });

  test('the account says why none of its Regions could be read, until one is', async () => {
    await finished({ sessionId: 's-1' });
    expect(await connectionOf()).toEqual({
      connection: 'FAILED',
      connectionMessage: 'scan of us-east-1 ended FAILED: the role may not be assumed',
    });
    await scanned('scan-1', '2026-01-31T06:00:00.000Z', []);
    expect(await connectionOf()).toEqual({ connection: 'CONNECTED', connectionMessage: null });
    // A failure that is older than what was read since says nothing of the role as it is now.
    await finished({ sessionId: 's-2' });
    expect(await connectionOf()).toMatchObject({ connection: 'CONNECTED' });
  });

  test('a deleted account is forgotten with its inventory, also by scans that come late', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    const answer = await world.service.graphql<{ deleteAccount: { deletedId: string | null } }>(
      'mutation ($id: ID!) { deleteAccount(input: { id: $id }) { deletedId } }',
      { id: world.accountId },
    );
    expect(answer.deleteAccount.deletedId).toBe(world.accountId);
    await scanned('scan-2', '2026-01-31T02:00:00.000Z', [tableSettings('Movies')]);
    expect(await inventory(true)).toEqual([]);
  });

  test('a policy made while its account is deleted: one of the two is refused', async () => {
    const remove = world.service.graphql<{ deleteAccount: { deletedId: string | null; userErrors: UserError[] } }>(
      'mutation ($id: ID!) { deleteAccount(input: { id: $id }) { deletedId userErrors { code path message } } }',
      { id: world.accountId },
    );
    const [made, removed] = await Promise.all([createPolicy(), remove]);
    expect([made.policy !== null, removed.deleteAccount.deletedId !== null].filter(Boolean)).toHaveLength(1);
  });

  test('a policy made while its account loses a Region, of its tables or of its copies, is refused with the place', async () => {
    world.whileVaultsAreListed(() => updateAccount({ regions: [HOME] }));
    expect(await createPolicy()).toMatchObject({
      policy: null,
      userErrors: [{ code: 'UNKNOWN_REGION', path: ['copies', '0', 'toRegion'] }],
    });
    await updateAccount({ regions: [HOME, 'eu-west-1'] });
    world.whileVaultsAreListed(() => updateAccount({ regions: ['eu-west-1'] }));
    expect(await createPolicy()).toMatchObject({
      policy: null,
      userErrors: [{ code: 'UNKNOWN_REGION', path: ['regions', '0'] }],
    });
    // The other way round the Region stays.
    await updateAccount({ regions: [HOME, 'eu-west-1'] });
    expect(await createPolicy()).toMatchObject({ userErrors: [] });
    expect((await updateAccount({ regions: [HOME] })).userErrors).toMatchObject([{ code: 'IN_USE' }]);
  });

  test('an account whose sessions run, or whose tables have points, is not deleted, and says why', async () => {
    const remove = async () => {
      const { deleteAccount } = await world.service.graphql<{
        deleteAccount: { deletedId: string | null; userErrors: UserError[] };
      }>('mutation ($id: ID!) { deleteAccount(input: { id: $id }) { deletedId userErrors { code path message } } }', {
        id: world.accountId,
      });
      return deleteAccount;
    };
    await requested({ sessionId: 's-1' });
    await catalogued(tableSettings('Airports').tableArn);
    expect(await remove()).toMatchObject({
      deletedId: null,
      userErrors: [
        { code: 'IN_USE', message: '1 of its sessions are not over. Wait for them, or stop them.' },
        { code: 'IN_USE', message: 'Recovery points of its tables are in the catalog.' },
      ],
    });
    await finished({ sessionId: 's-1', status: 'SUCCEEDED' });
    expect((await remove()).userErrors).toHaveLength(1);
    await deleted(tableSettings('Airports').tableArn, { revision: 1, points: 0, newestAt: null });
    expect(await remove()).toMatchObject({ userErrors: [] });
  });
});
