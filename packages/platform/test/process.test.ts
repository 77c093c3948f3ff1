import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { describeEnv, InvalidConfigError, parseEnv, port } from '../src/config/index.ts';
import { addToKeyring, importKeyring, openKeyring, rotateKeyring } from '../src/keyring/index.ts';
import { Lifecycle } from '../src/lifecycle/index.ts';
import { createLogger, logLevel, withCorrelation } from '../src/logging/index.ts';
import { databaseTlsEnvironment, databaseUrl, kafkaEnvironment, parseSettings } from '../src/process/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablekeep-process-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('configuration', () => {
  const schema = z.object({
    PORT: port.default(4000).describe('Where'),
    MYSQL_URL: z.url().describe('Which'),
    MODE: z.enum(['a', 'b']),
  });

  test('names every problem at once and never a value', () => {
    const parse = () => parseEnv(schema, { PORT: '0', MYSQL_URL: 'hunter2', MODE: 'c' });
    expect(parse).toThrow(InvalidConfigError);
    expect(parse).toThrow(/PORT[\s\S]*MYSQL_URL[\s\S]*MODE/u);
    expect(parse).not.toThrow(/hunter2/u);
  });

  test('empty text is absent, and the table of settings is made of the descriptions', () => {
    expect(parseEnv(schema, { PORT: '', MYSQL_URL: 'mysql://x/y', MODE: 'a' }).PORT).toBe(4000);
    expect(describeEnv(schema)).toContain('| `PORT` | `4000` | Where |');
  });
});

describe('settings of a process', () => {
  const schema = z.object({
    DATABASE_URL: databaseUrl,
    MODE: z.enum(['a', 'b']),
    ...databaseTlsEnvironment.shape,
    ...kafkaEnvironment.shape,
  });
  const wrong = (env: Record<string, string>) => {
    try {
      parseSettings(schema, { DATABASE_URL: 'mysql://u:p@db/s', MODE: 'a', KAFKA_BROKERS: 'k:1', ...env });
      return [];
    } catch (error) {
      return (error as Error).message.split('\n').slice(1);
    }
  };

  test('right ones are taken, secrets from files too', async () => {
    const file = join(folder, 'database-url');
    await writeFile(file, 'mysql://u:p@db/from-file\n');
    expect(wrong({})).toEqual([]);
    expect(parseSettings(schema, { DATABASE_URL_FILE: file, MODE: 'a', KAFKA_BROKERS: 'k:1' })).toMatchObject({
      DATABASE_URL: 'mysql://u:p@db/from-file',
      DATABASE_TLS: false,
    });
  });

  test('every problem is told at once: of single settings, of files, and of what must go together', () => {
    expect(
      wrong({
        DATABASE_URL: '',
        DATABASE_URL_FILE: '/nowhere/url',
        DATABASE_TLS_CA_FILE: '/nowhere/ca.pem',
        MODE: 'c',
        KAFKA_SASL_USERNAME: 'hunter2',
      }),
    ).toEqual([
      expect.stringMatching(/DATABASE_URL: DATABASE_URL_FILE cannot be read: .*ENOENT/u),
      '  DATABASE_TLS: must be true where DATABASE_TLS_CA_FILE is given',
      '  KAFKA_SASL_MECHANISM: must be given with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
      '  KAFKA_SASL_PASSWORD: must be given with KAFKA_SASL_MECHANISM and KAFKA_SASL_USERNAME',
      expect.stringMatching(/MODE: /u),
      expect.stringMatching(/DATABASE_TLS_CA_FILE: cannot be read: .*ENOENT/u),
    ]);
  });

  test('what would be ignored, or could not be checked, is refused', () => {
    expect(wrong({ DATABASE_URL: 'mysql://u:p@db/s?ssl=true' })).toEqual([
      '  DATABASE_URL: must not have a query: it would be ignored',
    ]);
    expect(wrong({ DATABASE_URL: 'mysql://u:p@10.0.0.1/s', DATABASE_TLS: 'true' })).toEqual([
      expect.stringMatching(/DATABASE_URL: must name its host/u),
    ]);
    expect(wrong({ DATABASE_URL: 'mysql://u:p@10.0.0.1/s' })).toEqual([]);
    expect(wrong({ DATABASE_URL_FILE: '/nowhere/url' })).toEqual([
      '  DATABASE_URL: give it or DATABASE_URL_FILE, not both',
    ]);
  });

  test('an unknown level of logging is no level: what is wrong with it is told with the rest', () => {
    expect([logLevel('debug'), logLevel('loud'), logLevel(undefined)]).toEqual(['debug', 'info', 'info']);
  });
});

describe('logs', () => {
  test('carry the correlation, and no secret', () => {
    const lines: string[] = [];
    const log = createLogger({ service: 'test', destination: { write: (line) => lines.push(line) } });
    withCorrelation({ correlationId: 'c-1', sessionId: 's-1' }, () =>
      log.info(
        { smtp: { password: 'hunter2' }, headers: { authorization: 'Bearer hunter2' }, token: 'hunter2' },
        'hello',
      ),
    );
    expect(JSON.parse(lines[0]!)).toMatchObject({
      correlationId: 'c-1',
      sessionId: 's-1',
      service: 'test',
      msg: 'hello',
    });
    expect(lines[0]).not.toContain('hunter2');
  });
});

describe('lifecycle', () => {
  const log = createLogger({ service: 'test', level: 'silent' });

  test('stops in reverse order, once, and says whether it was clean', async () => {
    const life = new Lifecycle(log);
    const stopped: string[] = [];
    life.onStop('first', () => void stopped.push('first'));
    life.onStop('second', () => void stopped.push('second'));
    expect(await Promise.all([life.stop(1_000), life.stop(1_000)])).toEqual([true, true]);
    expect(stopped).toEqual(['second', 'first']);
    expect(life.signal.aborted).toBe(true);
  });

  test('goes on after one part fails to stop, and is not clean then; nor when it takes too long', async () => {
    const failing = new Lifecycle(log);
    let reached = false;
    failing.onStop('last', () => void (reached = true));
    failing.onStop('bad', () => Promise.reject(new Error('no')));
    expect(await failing.stop(1_000)).toBe(false);
    expect(reached).toBe(true);
    const slow = new Lifecycle(log);
    slow.onStop('stuck', () => new Promise(() => undefined));
    expect(await slow.stop(20)).toBe(false);
  });

  const program = (body: string) => `
    import { runProcess } from '${join(import.meta.dirname, '../src/lifecycle/index.ts')}';
    import { createLogger } from '${join(import.meta.dirname, '../src/logging/index.ts')}';
    import { InvalidConfigError } from '${join(import.meta.dirname, '../src/config/index.ts')}';
    const log = createLogger({ service: 'child', level: 'silent' });
    setInterval(() => undefined, 1000);
    await runProcess({ name: 'child', log, budgetMs: 300, start: async (life) => { ${body}; process.stdout.write('started'); } });
  `;
  async function run(body: string, signal?: NodeJS.Signals): Promise<{ code: number | null; err: string }> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(body)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    if (signal) {
      await once(child.stdout, 'data');
      child.kill(signal);
    }
    if (child.exitCode === null) await once(child, 'exit');
    return { code: child.exitCode, err };
  }

  test.each([
    ['SIGTERM drains and exits 0', 'life.onStop("a", () => undefined)', 'SIGTERM', 0],
    ['SIGINT drains and exits 0', 'life.onStop("a", () => undefined)', 'SIGINT', 0],
    ['draining over the budget exits 1', 'life.onStop("a", () => new Promise(() => undefined))', 'SIGTERM', 1],
    ['an uncaught error exits 1', 'setTimeout(() => { throw new Error("boom"); }, 10)', undefined, 1],
    ['an unhandled rejection exits 1', 'setTimeout(() => void Promise.reject(new Error("boom")), 10)', undefined, 1],
  ] as const)('%s', async (_name, body, signal, code) => expect((await run(body, signal)).code).toBe(code), 20_000);

  test('a wrong configuration exits 78 and says only what is wrong', async () => {
    const { code, err } = await run('throw new InvalidConfigError("PORT: must be a number")');
    expect({ code, err }).toEqual({ code: 78, err: 'PORT: must be a number\n' });
  }, 20_000);
});

describe('keyring', () => {
  test('what is encrypted is read back, only whole and only in its context', async () => {
    const ring = await openKeyring(join(folder, 'ring.json'));
    const text = ring.encrypt('hunter2', 'smtp password');
    expect(text).not.toContain('hunter2');
    expect(ring.encrypt('hunter2', 'smtp password')).not.toBe(text);
    expect(ring.decrypt(text, 'smtp password').toString()).toBe('hunter2');
    expect(() => ring.decrypt(text, 'elsewhere')).toThrow('belongs elsewhere');
    const flipped = `${text.slice(0, -2)}${text.at(-2) === 'A' ? 'B' : 'A'}${text.at(-1)}`;
    expect(() => ring.decrypt(flipped, 'smtp password')).toThrow();
  });

  test('is readable by its owner only, and refused where others may read it', async () => {
    const file = join(folder, 'private.json');
    await openKeyring(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await chmod(file, 0o644);
    await expect(openKeyring(file)).rejects.toThrow('can be read by others');
  });

  test('after a rotation old texts are still read, and new ones take the new key', async () => {
    const file = join(folder, 'rotated.json');
    const before = await openKeyring(file);
    const old = before.encrypt('old', 'c');
    const after = await rotateKeyring(file);
    expect(after.currentKeyId).not.toBe(before.currentKeyId);
    expect(after.decrypt(old, 'c').toString()).toBe('old');
    expect(after.encrypt('new', 'c')).toContain(after.currentKeyId);
  });

  test('exported by command and imported elsewhere it reads everything; it never overwrites another', async () => {
    const file = join(folder, 'exported.json');
    const text = (await openKeyring(file)).encrypt('escrowed', 'c');
    const exported = await new Promise<string>((resolve, reject) =>
      execFile(
        process.execPath,
        [join(import.meta.dirname, '../src/keyring/main.ts'), 'export', '--file', file],
        (error, out) => (error ? reject(new Error(error.message)) : resolve(out)),
      ),
    );
    const elsewhere = await importKeyring(join(folder, 'imported.json'), exported);
    expect(elsewhere.decrypt(text, 'c').toString()).toBe('escrowed');
    await expect(importKeyring(file, exported)).rejects.toThrow('not overwritten');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(exported));
  });

  test('keys added to a keyring in use read what they encrypted; what is new takes the same key as before', async () => {
    const lost = await openKeyring(join(folder, 'lost.json'));
    const sealed = lost.encrypt('sealed', 'c');
    const file = join(folder, 'in-use.json');
    const before = await openKeyring(file);
    const own = before.encrypt('own', 'c');
    expect(before.holds(lost.currentKeyId)).toBe(false);
    for (const after of [await addToKeyring(file, lost.export()), await addToKeyring(file, lost.export())]) {
      expect(after.holds(lost.currentKeyId)).toBe(true);
      expect(after.currentKeyId).toBe(before.currentKeyId);
      expect([after.decrypt(sealed, 'c').toString(), after.decrypt(own, 'c').toString()]).toEqual(['sealed', 'own']);
    }
    const twin = lost.export().replace(/"key": "[^"]+"/u, `"key": "${Buffer.alloc(32).toString('base64url')}"`);
    await expect(addToKeyring(file, twin)).rejects.toThrow('nothing was added');
    await expect(addToKeyring(join(folder, 'nowhere.json'), lost.export())).rejects.toThrow('import the exported one');
  });

  test('a damaged file is refused, not replaced', async () => {
    const file = join(folder, 'damaged.json');
    await writeFile(file, '{"version":1', { mode: 0o600 });
    await expect(openKeyring(file)).rejects.toThrow('is not a keyring');
    expect(await readFile(file, 'utf8')).toBe('{"version":1');
  });
});
