import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeClock, systemClock, type Clock } from '@tablekeep/platform/clock';
import { migrate, openDatabase, type Database, type DatabaseConfig } from '@tablekeep/platform/database';
import { openKeyring, type Keyring } from '@tablekeep/platform/keyring';
import { createLogger } from '@tablekeep/platform/logging';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccessTokens, REFRESH_TOKEN_CONTEXT } from '../src/senders/access-token.ts';
import { notificationModel as model } from '../src/service.ts';
import { SettingsEntity, type SettingsRow } from '../src/store/entities.ts';
import { refreshTurns } from '../src/store/refresh-turns.ts';
import { SWITCHED_OFF } from '../src/store/settings.ts';
import { startRotatingServer } from './token-server.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const engines = await availableEngines();

describe.each(engines)('a refresh token on %s', (engine: Engine) => {
  let folder: string;
  let keyring: Keyring;
  let database: DatabaseConfig;
  let db: Database;
  let endpoint: Awaited<ReturnType<typeof startRotatingServer>>;
  const opened: Database[] = [];
  const clock = fakeClock(new Date('2026-01-31T05:00:00.000Z'));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablekeep-refresh-'));
    keyring = await openKeyring(join(folder, 'keyring.json'));
    database = await engine.freshDatabase();
    await migrate(database, model);
    db = await open();
    endpoint = await startRotatingServer('given');
    await give('given');
  }, 60_000);
  afterEach(async () => {
    await endpoint.stop();
    for (const one of opened.splice(0)) await one.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(): Promise<Database> {
    const one = await openDatabase(database, model, { log });
    opened.push(one);
    return one;
  }
  async function give(token: string): Promise<void> {
    const smtpOAuth: SettingsRow['smtpOAuth'] = {
      provider: 'CUSTOM',
      grant: 'REFRESH_TOKEN',
      clientId: 'app',
      tenantId: null,
      tokenUrl: endpoint.tokenUrl,
      scope: null,
      clientSecret: null,
      refreshToken: keyring.encrypt(token, REFRESH_TOKEN_CONTEXT),
    };
    await db.transaction(async (tx) => {
      await db.insertOnce(tx, SettingsEntity, SWITCHED_OFF);
      await tx.update(SettingsEntity, { id: 1 }, { smtpOAuth });
    });
  }
  const stored = async () => {
    const { smtpOAuth } = await db.reader.findOneByOrFail(SettingsEntity, { id: 1 });
    return smtpOAuth!;
  };
  const storedToken = async () =>
    keyring.decrypt((await stored()).refreshToken ?? '', REFRESH_TOKEN_CONTEXT).toString();
  /** As one process has it: tokens in memory of its own, a database that is everybody's. */
  const replica = (its: Database, turns = refreshTurns({ db: its, clock }), ticks: Clock = clock) => {
    const tokens = createAccessTokens({ keyring, clock: ticks });
    return {
      stop: () => tokens.stop(),
      get: async (signal = new AbortController().signal) => tokens.get(await stored(), { signal, refreshes: turns }),
      forget: async () => tokens.forget(await stored()),
    };
  };
  test('that rotates is kept before the access token is used, and is the same consent: one request serves many mails', async () => {
    const one = replica(db);
    expect(await one.get()).toBe('access-1');
    expect(await storedToken()).toBe('refresh-1');
    expect(await one.get()).toBe('access-1');
    expect(endpoint.asked).toHaveLength(1);
    await one.forget();
    expect(await one.get()).toBe('access-2');
    expect(await storedToken()).toBe('refresh-2');
  });

  test('that the database would not take is kept before anybody asks again', async () => {
    const turns = refreshTurns({ db, clock });
    let isDown = true;
    const one = replica(db, {
      take: turns.take,
      end: (epoch, rotation) =>
        isDown ? Promise.reject(new Error('the database is away')) : turns.end(epoch, rotation),
    });
    await expect(one.get()).rejects.toThrow('the database is away');
    expect(await storedToken()).toBe('given');
    isDown = false;
    expect(await one.get()).toBe('access-2');
    expect(endpoint.asked.map((form) => form['refresh_token'])).toEqual(['given', 'refresh-1']);
    expect(await storedToken()).toBe('refresh-2');
  });

  test('is not lost with a caller that hangs up: what comes is kept, and stopping waits for that', async () => {
    const one = replica(db);
    const hangUp = new AbortController();
    const asked = one.get(hangUp.signal);
    hangUp.abort();
    await expect(asked).rejects.toThrow('given up');
    await one.stop();
    expect(await storedToken()).toBe(endpoint.good());
  });

  test('of a process that died in its turn is used again once the lease is over', async () => {
    expect(await refreshTurns({ db, clock }).take(30_000)).not.toBeNull();
    const before = clock.now().getTime();
    let got: string | null = null;
    void replica(db)
      .get()
      .then((token) => (got = token));
    await eventually(
      () => {
        clock.advance(500);
        expect(got).toBe('access-1');
      },
      { timeoutMs: 20_000, everyMs: 20 },
    );
    expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(30_000);
  });

  test('that a person gives meanwhile stands', async () => {
    const turns = refreshTurns({ db, clock });
    const turn = await turns.take(30_000);
    await give('newer');
    await turns.end(turn!.epoch, { used: turn!.oauth!, refreshToken: keyring.encrypt('late', REFRESH_TOKEN_CONTEXT) });
    expect(await storedToken()).toBe('newer');
  });

  test('two replicas use one after the other, each with what the other has left', async () => {
    const replicas = [db, engine.name === 'SQLite' ? db : await open()].map((its) =>
      replica(its, refreshTurns({ db: its, clock: systemClock }), systemClock),
    );
    for (let round = 0; round < 5; round++) {
      await Promise.all(replicas.map((one) => one.get()));
      for (const one of replicas) await one.forget();
    }
    expect(endpoint.good()).toBe('refresh-10');
    expect(await storedToken()).toBe('refresh-10');
  }, 40_000);
});
