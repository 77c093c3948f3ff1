import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

let platform: PlatformUnderTest;
beforeAll(async () => {
  platform = await startPlatform();
}, 60_000);
afterAll(() => platform.stop());

test('one question to the gateway shows what the policy, session and retention services know', async () => {
  const accountId = await registerAccount(platform.owner, platform.graphql);
  await createAirportTable(platform.owner, 'Protected');
  await createAirportTable(platform.owner, 'Forgotten', { Tags: [] });
  const copies = [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }];
  const { policy } = await createPolicy(platform.graphql, policyInput(accountId, { copies }));
  const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
  expect(session.status).toBe('SUCCEEDED');
  const { overview, policyHealth } = await platform.graphql<{
    overview: { storage: { sizeBytes: number }[] } & Record<string, unknown>;
    policyHealth: object[];
  }>(
    `{ overview(window: WEEK) {
         window tables tablesProtected tablesUnprotected sessionsOpen sessionsSucceeded sessionsFailed
         storage { region storageClass points sizeBytes } longestPolicies { policyName runs durationSecondsAverage durationSecondsMax }
       }
       policyHealth { policyId lastRunStatus scheduleState overdue coveredTables } }`,
  );
  expect(overview).toMatchObject({
    window: 'WEEK',
    tables: 2,
    tablesProtected: 1,
    tablesUnprotected: 1,
    sessionsOpen: 0,
    sessionsSucceeded: 1,
    sessionsFailed: 0,
    longestPolicies: [{ policyName: 'Nightly', runs: 1 }],
    storage: [
      { region: AWAY, storageClass: 'WARM', points: 1 },
      { region: HOME, storageClass: 'WARM', points: 1 },
    ],
  });
  const [longest] = overview['longestPolicies'] as { durationSecondsAverage: number; durationSecondsMax: number }[];
  expect(longest!.durationSecondsAverage).toBeGreaterThan(0);
  expect(longest!.durationSecondsMax).toBeCloseTo(longest!.durationSecondsAverage, 1);
  for (const { sizeBytes } of overview.storage) expect(sizeBytes).toBeGreaterThan(0);
  expect(policyHealth).toEqual([
    { policyId: policy!.id, lastRunStatus: 'SUCCEEDED', scheduleState: 'NONE', overdue: false, coveredTables: 1 },
  ]);
}, 90_000);
