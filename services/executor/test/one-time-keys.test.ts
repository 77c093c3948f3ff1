import { ListRestoreJobsCommand } from '@aws-sdk/client-backup';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import { newId } from '@tablekeep/platform/ids';
import { callInternal } from '@tablekeep/platform/rpc';
import { seal } from '@tablekeep/platform/sealing';
import type { EventEnvelope, PointMade } from '@tablekeep/schema/events';
import { ONE_TIME_KEYS_MS, oneTimeKeysContext } from '@tablekeep/schema/one-time-keys';
import { operatorPermissions, policyDocument } from '@tablekeep/schema/permissions';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { executorModel } from '../src/service.ts';
import { account, createTable, HOME, operatorActions } from './aws-account.ts';
import { backupOf, restoreOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const without = (...actions: string[]) => operatorActions.filter((action) => !actions.includes(action));
const STARTS = 'backup:StartRestoreJob';

type Keys = { accessKeyId: string; secretAccessKey: string };

for (const engine of await availableEngines()) {
  describe(`one-time keys on ${engine.name}`, () => {
    let world: World;
    let point: PointMade;

    beforeEach(async () => {
      world = await startWorld(engine);
      const { taskId } = await world.perform(
        backupOf(await createTable(world.owner, 'Flights', { Tags: [{ Key: 'team', Value: 'flights' }] })),
      );
      point = (await world.succeeded(taskId)).point!;
    }, 60_000);
    afterEach(() => world.stop());

    /** Keys of an IAM user who may do these things. */
    async function userKeys(actions: readonly string[], iam = world.owner.iam): Promise<Keys> {
      await iam.send(new CreateUserCommand({ UserName: 'restorer' }));
      const granted = operatorPermissions.filter((one) => actions.includes(one.action));
      const PolicyDocument = policyDocument(granted, account);
      await iam.send(new PutUserPolicyCommand({ UserName: 'restorer', PolicyName: 'restores', PolicyDocument }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'restorer' }));
      return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
    }

    const ask = <C extends 'sealingKey' | 'keepOneTimeKeys'>(call: C, input: object) =>
      callInternal({
        peer: () => world.service.url,
        identity: world.identity,
        service: 'session',
        call,
        input: input as never,
      });

    async function handOver(keys: Keys, livesMs = ONE_TIME_KEYS_MS, forAccount = account.id) {
      const sessionId = newId();
      const sealingKey = await ask('sealingKey', {});
      if (sealingKey.state === 'unknown') throw new Error(sealingKey.because);
      const expiresAt = new Date(Date.now() + livesMs).toISOString();
      const context = oneTimeKeysContext({ sessionId, accountId: forAccount });
      const sealed = seal(JSON.stringify({ ...keys, sessionToken: null, expiresAt }), context, sealingKey.value);
      const kept = await ask('keepOneTimeKeys', { sessionId, accountId: account.id, sealed });
      if (kept.state === 'unknown') throw new Error(kept.because);
      return { sessionId, kept: kept.value, sealed };
    }

    const restore = (sessionId: string, name: string) =>
      world.perform(restoreOf(point, name), { sessionId, oneTimeKeys: true });

    /** Every row of every table, as text. */
    async function everything(): Promise<string> {
      const db = await openDatabase(world.database, executorModel);
      const names = await db.reader.query<{ name: string }[]>(
        engine.name === 'SQLite'
          ? `SELECT name FROM sqlite_master WHERE type = 'table'`
          : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
      );
      const rows = await Promise.all(names.map(({ name }) => db.reader.query<unknown[]>(`SELECT * FROM ${name}`)));
      await db.close();
      return JSON.stringify([names, rows]);
    }

    const kept = async (sealed: string) => (await everything()).includes(sealed);

    async function finish(sessionId: string): Promise<void> {
      const event: EventEnvelope<'dev.tablekeep.session.finished.v1'> = {
        id: newId(),
        type: 'dev.tablekeep.session.finished.v1',
        source: 'session',
        subject: sessionId,
        time: new Date().toISOString(),
        correlationid: newId(),
        environment: 'EMULATED',
        data: {
          sessionId,
          type: 'RESTORE',
          status: 'SUCCEEDED',
          accountId: account.id,
          policyId: null,
          policyName: null,
          requestedBy: 'Operator',
          trigger: 'PERSON',
          reason: null,
          startedAt: new Date().toISOString(),
          finishedAt: new Date().toISOString(),
          counts: { total: 1, succeeded: 1, warning: 0, failed: 0, canceled: 0, skipped: 0 },
          notes: [],
          problems: [],
          copiesBehind: 0,
        },
      };
      await world.publish('tablekeep.session', event);
    }

    const restoreJobs = async () =>
      (await world.owner.backup().send(new ListRestoreJobsCommand({}))).RestoreJobs!.length;

    test('restore what the role may not, are nowhere in the clear, and are erased with the session', async () => {
      await world.owner.allow(without(STARTS, 'backup:ListRestoreJobs', 'backup:DescribeRestoreJob'));
      const keys = await userKeys(operatorActions);
      const { sessionId, sealed } = await handOver(keys);
      const { taskId } = await restore(sessionId, 'Flights-2');
      expect((await world.succeeded(taskId)).restored?.tableArn).toMatch(/Flights-2$/u);
      expect(await kept(sealed)).toBe(true);
      await finish(sessionId);
      await eventually(async () => expect(await kept(sealed)).toBe(false));
      const told = [await everything(), JSON.stringify(world.heard), world.logged.join('')].join('\n');
      expect(told.includes(taskId)).toBe(true);
      expect(Object.values(keys).filter((secret) => told.includes(secret))).toEqual([]);
    }, 60_000);

    test('are all that counts: what their owner may not do is not done by the role', async () => {
      const { sessionId } = await handOver(await userKeys(without(STARTS)));
      const { taskId } = await restore(sessionId, 'Flights-2');
      expect(await world.failed(taskId)).toMatchObject({
        code: 'ACCESS_DENIED',
        reason: expect.stringMatching(/owner of the one-time keys may not backup:StartRestoreJob/u),
      });
      expect(await restoreJobs()).toBe(0);
    }, 60_000);

    test('of another account are refused before anything starts', async () => {
      const credentials = { accessKeyId: 'AKIA444455556666OTHER', secretAccessKey: 'emulated' };
      const iam = new IAMClient({ endpoint: world.emulator.endpoint, region: HOME, credentials });
      const { sessionId } = await handOver(await userKeys(operatorActions, iam));
      const { taskId } = await restore(sessionId, 'Flights-2');
      expect(await world.failed(taskId)).toMatchObject({
        code: 'CREDENTIALS_OF_OTHER_ACCOUNT',
        retryable: false,
        reason: expect.stringMatching(/444455556666.*111122223333/u),
      });
      expect(await restoreJobs()).toBe(0);
    }, 60_000);

    test('that AWS does not know, or that are gone, start nothing', async () => {
      const keys = await userKeys(operatorActions);
      await world.owner.iam.send(new DeleteAccessKeyCommand({ UserName: 'restorer', AccessKeyId: keys.accessKeyId }));
      const unknown = await restore((await handOver(keys)).sessionId, 'Flights-2');
      expect(await world.failed(unknown.taskId)).toMatchObject({ code: 'CREDENTIALS_REFUSED', retryable: false });
      const never = await restore(newId(), 'Flights-3');
      expect(await world.failed(never.taskId)).toMatchObject({ code: 'CREDENTIALS_EXPIRED', retryable: false });
      const { sessionId, sealed } = await handOver(keys, 500);
      const endsAt = Date.now() + 600;
      await eventually(() => expect(Date.now()).toBeGreaterThan(endsAt));
      const late = await restore(sessionId, 'Flights-4');
      expect(await world.failed(late.taskId)).toMatchObject({ code: 'CREDENTIALS_EXPIRED' });
      // Whoever starts, and every half minute anybody, erases those whose time is up.
      await world.stopReplicas();
      await world.addReplica();
      await eventually(async () => expect(await kept(sealed)).toBe(false));
      expect(await restoreJobs()).toBe(0);
    }, 60_000);

    test('are not kept where they would live too long, or were sealed for something else', async () => {
      const keys = { accessKeyId: 'AKIA0000000000000000', secretAccessKey: 'a secret nobody uses' };
      expect((await handOver(keys, ONE_TIME_KEYS_MS + 3_600_000)).kept).toMatchObject({ kept: false });
      expect((await handOver(keys, -1_000)).kept).toMatchObject({ kept: false });
      expect((await handOver(keys, ONE_TIME_KEYS_MS, 'account-2')).kept).toMatchObject({ kept: false });
    });

    test('that end while AWS restores leave the settings to others, and say so', async () => {
      const keys = await userKeys(operatorActions);
      const { sessionId } = await handOver(keys);
      const { taskId } = await restore(sessionId, 'Flights-2');
      await eventually(async () => expect(await restoreJobs()).toBe(1), { everyMs: 5 });
      await world.owner.iam.send(new DeleteAccessKeyCommand({ UserName: 'restorer', AccessKeyId: keys.accessKeyId }));
      const { restored, warnings } = await world.succeeded(taskId);
      expect(restored?.lines).toContainEqual(
        expect.objectContaining({ property: 'tags', asked: 'needs credentials', outcome: 'HELD' }),
      );
      expect(warnings).toContainEqual(expect.stringMatching(/tags needs credentials/u));
      // Others set the rest: here the role.
      const { found } = restored!;
      const settings = {
        ...restoreOf(point, 'Flights-2'),
        settingsOf: { arn: found!.tableArn, tableId: found!.tableId },
      };
      const again = await world.perform(settings);
      expect((await world.succeeded(again.taskId)).warnings).toEqual([]);
    }, 60_000);

    test('are taken up again by whoever comes after a crash, and start one job', async () => {
      await world.owner.allow(without(STARTS));
      const { sessionId } = await handOver(await userKeys(operatorActions));
      world.emulator.fault({ service: 'backup', operation: 'StartRestoreJob', count: 1, kind: 'responseLost' });
      world.emulator.fault({ service: 'backup', operation: 'ListRestoreJobs', count: 1_000_000, kind: 'http500' });
      const { taskId } = await restore(sessionId, 'Flights-2');
      await eventually(() => expect(world.calls('StartRestoreJob')).toBe(1), { everyMs: 5 });
      await world.stopReplicas();
      world.emulator.clearFaults();
      await world.addReplica();
      expect((await world.succeeded(taskId)).restored?.tableArn).toMatch(/Flights-2$/u);
      expect(await restoreJobs()).toBe(1);
    }, 60_000);
  });
}
