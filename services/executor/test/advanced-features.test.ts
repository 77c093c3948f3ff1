import {
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  DescribeRegionSettingsCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tablekeep/platform/ids';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit';
import { callInternal } from '@tablekeep/platform/rpc';
import { account, AWAY, createTable, HOME } from './aws-account.ts';
import { backupOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const [engine] = await availableEngines();
type Features = {
  region: string;
  optedIn: boolean | null;
  advanced: boolean | null;
  affectedPlans: { id: string; name: string; why: string }[];
  couldNotTell: string | null;
};
type Payload = { features: Features[] | null; userErrors: { code: string; message: string; path: string[] }[] };
const FIELDS = 'region optedIn advanced affectedPlans { id name why } couldNotTell';

describe('advanced DynamoDB backup', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine!);
    for (const region of [HOME, AWAY]) await turnOff(region);
  }, 60_000);
  afterEach(() => world.stop());

  async function turnOff(region: string): Promise<void> {
    await world.owner.backup(region).send(
      new UpdateRegionSettingsCommand({
        ResourceTypeOptInPreference: { DynamoDB: false, RDS: false },
        ResourceTypeManagementPreference: { DynamoDB: false },
      }),
    );
  }
  async function addPlan(name: string, selection: object): Promise<string> {
    const backup = world.owner.backup();
    const rule = { RuleName: 'daily', TargetBackupVaultName: 'Default' };
    const { BackupPlanId } = await backup.send(
      new CreateBackupPlanCommand({ BackupPlan: { BackupPlanName: name, Rules: [rule] } }),
    );
    await backup.send(
      new CreateBackupSelectionCommand({
        BackupPlanId,
        BackupSelection: { SelectionName: 'chosen', IamRoleArn: 'arn:aws:iam::111122223333:role/Plan', ...selection },
      }),
    );
    return BackupPlanId!;
  }
  async function gql<T>(query: string, variables: object = {}, role: 'ADMIN' | 'READ_ONLY' = 'ADMIN'): Promise<T> {
    const viewer = { kind: 'user', id: 'operator', name: 'Operator', role, requestId: newId() } as const;
    const answer = await fetch(`${world.service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.identity.sign(viewer)}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await answer.json()) as { data: T; errors?: { message: string }[] };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
  const enable = async (input: object, role?: 'READ_ONLY'): Promise<Payload> => {
    const query = `mutation ($input: EnableAdvancedFeaturesInput!) { enableAdvancedFeatures(input: $input) { features { ${FIELDS} } userErrors { code message path } } }`;
    const all = { accountId: 'account-1', regions: [HOME], ...input };
    return (await gql<{ enableAdvancedFeatures: Payload }>(query, { input: all }, role)).enableAdvancedFeatures;
  };
  const look = async (region = HOME, accountId = 'account-1'): Promise<Features> => {
    const query = `query ($id: ID!, $region: String!) { advancedFeatures(accountId: $id, region: $region) { ${FIELDS} } }`;
    return (await gql<{ advancedFeatures: Features }>(query, { id: accountId, region }, 'READ_ONLY')).advancedFeatures;
  };

  test('off, a backup fails and says how to turn it on; turned on, it succeeds; other types keep their preference', async () => {
    const table = await createTable(world.owner, 'Switched');
    const failed = await world.failed((await world.perform(backupOf(table))).taskId);
    expect(failed).toMatchObject({
      code: 'ADVANCED_FEATURES_OFF',
      reason: expect.stringContaining('enableAdvancedFeatures'),
    });
    const payload = await enable({ regions: [HOME, AWAY] });
    expect(payload.userErrors).toEqual([]);
    expect(payload.features).toMatchObject(
      [HOME, AWAY].map((region) => ({ region, optedIn: true, advanced: true, couldNotTell: null })),
    );
    const settings = await world.owner.backup().send(new DescribeRegionSettingsCommand({}));
    expect(settings.ResourceTypeOptInPreference).toMatchObject({ DynamoDB: true, RDS: false, EBS: true });
    expect(settings.ResourceTypeManagementPreference).toMatchObject({ DynamoDB: true, EFS: true });
    await world.succeeded((await world.perform(backupOf(table), { attempt: 1 })).taskId);
    const before = world.calls('UpdateRegionSettings');
    expect((await enable({})).features).toMatchObject([{ optedIn: true, advanced: true }]);
    expect(world.calls('UpdateRegionSettings')).toBe(before);
  }, 60_000);

  test('the account’s own plans that may back up tables are named, and nothing is changed until they are acknowledged', async () => {
    const everything = await addPlan('Everything', { Resources: ['*'] });
    const tagged = await addPlan('Tagged', {
      ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'daily' }],
    });
    await addPlan('Volumes', { Resources: ['arn:aws:ec2:*:*:volume/*'] });
    const seen = await look();
    expect(seen).toMatchObject({ optedIn: false, advanced: false, couldNotTell: null });
    expect(seen.affectedPlans.map((plan) => plan.name).sort()).toEqual(['Everything', 'Tagged']);
    const refused = await enable({ regions: [AWAY, HOME], acknowledgedPlanIds: [tagged] });
    expect(refused).toEqual({
      features: null,
      userErrors: [
        { code: 'PLANS_AFFECTED', path: ['regions', '1'], message: expect.stringContaining('"Everything"') },
      ],
    });
    // Not the other Region either.
    expect(await look(AWAY)).toMatchObject({ optedIn: false, advanced: false });
    const payload = await enable({ acknowledgedPlanIds: [tagged, everything] });
    expect(payload.features).toMatchObject([{ optedIn: true, advanced: true }]);
  }, 60_000);

  test('half done is told as half done: by Region to the caller, and to the audit', async () => {
    world.emulator.fault({
      service: 'backup',
      operation: 'UpdateRegionSettings',
      region: AWAY,
      count: 1_000,
      kind: 'http500',
    });
    const payload = await enable({ regions: [HOME, AWAY] });
    world.emulator.clearFaults();
    expect(payload.features).toMatchObject([
      { region: HOME, optedIn: true, advanced: true },
      { region: AWAY, optedIn: null, couldNotTell: expect.stringContaining('UpdateRegionSettings') },
    ]);
    expect(payload.userErrors).toMatchObject([{ code: 'NOT_ENABLED', path: ['regions', '1'] }]);
    const audited = await eventually(() => {
      const entries = world.heard.flatMap((event) =>
        event.type === 'dev.tablekeep.audit.recorded.v1' ? [event.data] : [],
      );
      const last = entries.at(-1)!;
      expect(last.phase).not.toBe('REQUESTED');
      return last;
    });
    expect(audited).toMatchObject({
      phase: 'FAILED',
      outcome: `PARTLY_DONE; on: ${HOME}; not seen on: ${AWAY}`,
    });
    // Asked again, the rest is done.
    expect((await enable({ regions: [HOME, AWAY] })).userErrors).toEqual([]);
  }, 60_000);

  test('everything that is wrong is told at once, and nothing is done', async () => {
    const before = world.calls('UpdateRegionSettings');
    const codes = async (input: object) =>
      (await enable(input)).userErrors.map(({ code, path }) => [code, path.join('.')]);
    expect(await codes({ regions: [] })).toEqual([['EMPTY', 'regions']]);
    expect(await codes({ regions: [HOME, HOME, 'mars-1'] })).toEqual([
      ['DUPLICATE', 'regions.1'],
      ['UNKNOWN_REGION', 'regions.2'],
    ]);
    await expect(enable({}, 'READ_ONLY')).rejects.toThrow('FORBIDDEN');
    world.emulator.fault({ service: 'backup', operation: 'ListBackupPlans', count: 1_000, kind: 'http500' });
    expect(await codes({})).toEqual([['COULD_NOT_TELL', 'regions.0']]);
    expect(await look()).toMatchObject({
      optedIn: null,
      advanced: null,
      couldNotTell: expect.stringContaining('ListBackupPlans'),
    });
    world.emulator.clearFaults();
    expect(await look()).toMatchObject({ optedIn: false, advanced: false });
    expect(world.calls('UpdateRegionSettings')).toBe(before);
  }, 60_000);

  test('whoever asks about a Region where they are off hears which plans switching them on may affect', async () => {
    const id = await addPlan('Theirs', { Resources: ['*'] });
    const ask = async (region: string) => {
      const answer = await callInternal({
        peer: () => world.service.url,
        identity: world.identity,
        service: 'policy',
        call: 'lookupRegionSettings',
        input: { accountId: account.id, account, region },
      });
      return answer.state === 'known' ? answer.value.answer : answer;
    };
    const affectedPlans = { state: 'known', value: [{ id, name: 'Theirs', why: expect.any(String) }] };
    expect(await ask(HOME)).toMatchObject({ value: { optedIn: false, affectedPlans } });
    expect(await ask(AWAY)).toMatchObject({ value: { affectedPlans: { state: 'known', value: [] } } });
  });
});
