import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { RestoreItem } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { eventually } from '@tablekeep/testkit/eventually';
import { createRetentionService, retentionModel } from '../src/service.ts';
import { freshFate, RestorePointEntity } from '../src/store/entities.ts';

const ITEMS = 50;

describe.each(await availableEngines())('what a restore is resolved to on %s', (engine: Engine) => {
  let service: ServiceUnderTest;
  let deps: ServiceDeps;
  let url: string;
  let asked: number;
  let open: number;
  let mostOpen: number;
  let release: () => void;
  beforeEach(async () => {
    asked = open = mostOpen = 0;
    const released = new Promise<void>((resolve) => (release = resolve));
    const create = async (given: ServiceDeps) => {
      deps = given;
      const running = await createRetentionService(given);
      url = running.url;
      return running;
    };
    service = await startServiceUnderTest(engine, retentionModel, create, {
      neighbours: {
        lookupTable: async ({ tableName }) => {
          asked++;
          mostOpen = Math.max(mostOpen, ++open);
          await released;
          open--;
          return {
            answer: { state: 'known', value: { exists: tableName.endsWith('-7'), status: null } },
            asOf: 'now',
          };
        },
      },
    });
    const db = await openDatabase(service.database, retentionModel);
    const at = new Date('2026-01-31T04:00:00.000Z');
    await db.transaction((tx) =>
      tx.insert(RestorePointEntity, {
        id: 'p-1',
        kind: 'BACKUP',
        recoveryPointArn: 'arn:aws:backup:us-east-1:111122223333:recovery-point:p-1',
        sourceRecoveryPointArn: null,
        accountId: 'account-1',
        awsAccountId: '111122223333',
        tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/Airports',
        tableName: 'Airports',
        tableRegion: 'us-east-1',
        tableId: null,
        region: 'us-east-1',
        vaultName: 'gold',
        sizeBytes: 1,
        createdAt: at,
        completedAt: at,
        expiresAt: null,
        flags: null,
        policyId: null,
        policyName: null,
        sessionId: null,
        settings: null,
        selfSufficient: true,
        ...freshFate,
      }),
    );
    await db.close();
  }, 60_000);
  afterEach(async () => {
    release();
    await service.stop();
  });

  const resolve = () =>
    callInternal({
      peer: () => url,
      identity: deps.identity,
      service: 'session',
      call: 'resolveTargets',
      input: {
        request: {
          type: 'RESTORE',
          items: Array.from({ length: ITEMS }, (_, i): RestoreItem => ({
            restorePointId: 'p-1',
            mode: 'NEW',
            region: null,
            tableName: `Airports-${i}`,
            tableClass: null,
            billingMode: null,
            readCapacityUnits: null,
            writeCapacityUnits: null,
            indexCapacity: [],
            deletionProtection: null,
            pointInTimeRecovery: null,
            encryption: null,
            timeToLive: null,
            streams: null,
          })),
        },
      },
      timeoutMs: 20_000,
    });

  test('the executor is asked for every target, but for no more than 20 at once', async () => {
    const answer = resolve();
    await eventually(() => expect(open).toBe(20));
    release();
    expect(await answer).toMatchObject({
      state: 'known',
      value: { ok: false, userErrors: [{ code: 'TABLE_EXISTS', path: ['items', '7', 'tableName'] }] },
    });
    expect({ asked, mostOpen }).toEqual({ asked: ITEMS, mostOpen: 20 });
  });

  test('an executor that does not answer is not waited for beyond what the asker waits', async () => {
    const begun = performance.now();
    expect(await resolve()).toMatchObject({ state: 'known', value: { ok: true, accountId: 'account-1' } });
    expect(performance.now() - begun).toBeLessThan(2_900);
  });
});
