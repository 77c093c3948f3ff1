import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { InvalidConfigError, parseEnv } from '@tablekeep/platform/config';
import { createLogger } from '@tablekeep/platform/logging';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayEnvironment } from '../src/environment.ts';
import { createGatewayService, gatewayModel, type GatewayOptions } from '../src/service.ts';

const TOKEN = `tk_${'a'.repeat(43)}`;
const DOOR = { publicHttp: { host: '127.0.0.1', port: 0 } };

describe.each(await availableEngines())('gateway on %s', (engine: Engine) => {
  let folder: string;
  let service: ServiceUnderTest | null;
  let publicUrl: string;
  let deps: ServiceDeps;
  const logged: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablekeep-gateway-'));
    service = null;
    logged.length = 0;
  });
  afterEach(async () => {
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (options: Partial<GatewayOptions>) => {
    const create = async (given: ServiceDeps) => {
      let own = '';
      const log = createLogger({
        service: 'gateway',
        level: 'debug',
        destination: { write: (line) => void logged.push(line) },
      });
      deps = { ...given, log, peers: { ...given.peers, gateway: () => own } };
      const running = await createGatewayService(deps, { ...DOOR, ...options });
      own = running.url;
      publicUrl = running.publicUrl;
      return running;
    };
    service = await startServiceUnderTest(engine, gatewayModel, create);
    return service;
  };
  const startWithToken = async (more: Partial<GatewayOptions> = {}) => {
    const file = join(folder, 'token');
    await writeFile(file, `${TOKEN}\n`);
    return start({ givenAdminTokenFile: file, ...more });
  };
  const post = async (query: string, variables: object = {}, token = TOKEN) => {
    const response = await fetch(`${publicUrl}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as {
      data?: unknown;
      errors?: { message: string; extensions: { code: string } }[];
    };
    return { status: response.status, body };
  };

  describe('pages of other origins', () => {
    const origin = 'https://board.example.com';
    const ask = (method: string, from: string) =>
      fetch(`${publicUrl}/graphql`, {
        method,
        headers: { origin: from },
        ...(method === 'POST' && {
          headers: { origin: from, 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
          body: JSON.stringify({ query: '{ viewer { role } }' }),
        }),
      });
    const readableFrom = (response: Response) => response.headers.get('access-control-allow-origin');

    test('may not use the API unless the settings name them', async () => {
      await startWithToken();
      expect(readableFrom(await ask('POST', origin))).toBeNull();
      expect((await ask('OPTIONS', origin)).status).toBe(403);
    });

    test('may where the settings name them, and no others', async () => {
      await startWithToken({ webOrigins: ['http://127.0.0.1:8080', origin] });
      const preflight = await ask('OPTIONS', origin);
      expect(preflight.status).toBe(204);
      expect(readableFrom(preflight)).toBe(origin);
      expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
      expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization.*content-type/u);
      const answer = await ask('POST', origin);
      expect(await answer.json()).toEqual({ data: { viewer: { role: 'ADMIN' } } });
      expect([readableFrom(answer), answer.headers.get('vary')]).toEqual([origin, expect.stringContaining('Origin')]);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      for (const other of ['https://board.example.com.evil.example', 'http://board.example.com', 'null']) {
        expect([readableFrom(await ask('POST', other)), (await ask('OPTIONS', other)).status]).toEqual([null, 403]);
      }
    });

    test('may also read why they were refused', async () => {
      await startWithToken({ webOrigins: [origin] });
      const refused = await fetch(`${publicUrl}/graphql`, { method: 'POST', headers: { origin } });
      expect([refused.status, readableFrom(refused)]).toEqual([401, origin]);
    });

    test('are refused at the start where they are no origins, all of them at once', () => {
      const wrong = [
        '*',
        'null',
        'board.example.com',
        'https://board.example.com/',
        'https://ok.example.com',
        'ftp://x',
      ];
      const read = () => parseEnv(gatewayEnvironment, { WEB_ORIGINS: wrong.join(', ') });
      for (const at of [0, 1, 2, 3, 5]) expect(read).toThrow(`WEB_ORIGINS.${at}: each must be scheme, host`);
      expect(read).not.toThrow('WEB_ORIGINS.4');
      const { WEB_ORIGINS: origins } = parseEnv(gatewayEnvironment, {
        WEB_ORIGINS: `${origin}, http://127.0.0.1:8080`,
      });
      expect(origins).toEqual([origin, 'http://127.0.0.1:8080']);
    });
  });

  describe('the file with the first token', () => {
    test('is made where the installation makes its own, and lets in', async () => {
      const file = join(folder, 'token');
      await start({ adminTokenFile: file });
      const made = (await readFile(file, 'utf8')).trim();
      expect((await post('{ viewer { role } }', {}, made)).body).toEqual({ data: { viewer: { role: 'ADMIN' } } });
    });

    test('lets in where it was given', async () => {
      await startWithToken();
      expect((await post('{ viewer { role } }')).body).toEqual({ data: { viewer: { role: 'ADMIN' } } });
    });

    test('for dashboards lets in whoever only reads, and is not the administrators’', async () => {
      const readOnly = `tk_${'d'.repeat(43)}`;
      const [given, file] = [join(folder, 'token'), join(folder, 'read-only')];
      await writeFile(given, TOKEN);
      await writeFile(file, readOnly);
      await start({ givenAdminTokenFile: given, givenReadOnlyTokenFile: file });
      expect((await post('{ viewer { role } }', {}, readOnly)).body).toEqual({
        data: { viewer: { role: 'READ_ONLY' } },
      });
      const revoke = 'mutation { revokeApiToken(input: { id: "any" }) { userErrors { code } } }';
      expect((await post(revoke, {}, readOnly)).body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      const same = createGatewayService(deps, { ...DOOR, givenAdminTokenFile: given, givenReadOnlyTokenFile: given });
      await expect(same).rejects.toThrow('READ_ONLY_TOKEN_FILE holds the token of ADMIN_TOKEN_FILE');
      await expect(
        createGatewayService(deps, { ...DOOR, givenReadOnlyTokenFile: join(folder, 'none') }),
      ).rejects.toThrow(/READ_ONLY_TOKEN_FILE: .* does not exist/u);
    });

    test('that was to be given is needed: without a token in it nothing is started and nothing written', async () => {
      await startWithToken();
      const file = join(folder, 'given');
      const refused = async () => {
        const error: unknown = await createGatewayService(deps, { ...DOOR, givenAdminTokenFile: file }).catch(
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(InvalidConfigError);
        expect((error as Error).message).toContain('ADMIN_TOKEN_FILE');
        return (error as Error).message;
      };
      expect(await refused()).toContain('does not exist');
      for (const wrong of ['', 'hunter2', `tk_${'a'.repeat(42)}`, `${TOKEN}\n${TOKEN}`]) {
        await writeFile(file, wrong);
        expect(await refused()).not.toContain('hunter2');
        expect(await readFile(file, 'utf8')).toBe(wrong);
      }
      expect((await readdir(folder)).toSorted()).toEqual(['given', 'token']);
    });
  });

  describe('a query', () => {
    const points = (args: string) => `tables${args} { nodes { restorePoints${args} { nodes { id } } } }`;

    test.each([
      ['in numbers', `{ ${points('(first: 500)')} }`, {}],
      ['in variables', `query ($n: Int) { ${points('(first: $n)')} }`, { n: 500 }],
      ['in variables with a default', `query ($n: Int = 500) { ${points('(first: $n)')} }`, {}],
      ['in a fragment', `{ ...All } fragment All on Query { ${points('(first: 500)')} }`, {}],
      [
        'left out, in lists of lists of lists',
        '{ policies { nodes { sessions { nodes { tasks { nodes { id } } log { nodes { at } } } } } } }',
        {},
      ],
    ])('for more than an answer may hold is refused: pages %s', async (_name, query, variables) => {
      await startWithToken();
      const { status, body } = await post(query, variables);
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([
        { message: expect.stringContaining('lower "first"'), extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    });

    test('for a long page of a flat list, or ordinary pages of lists, goes to the subgraphs', async () => {
      await startWithToken();
      for (const query of [
        '{ restorePoints(first: 500) { nodes { id kind tableName region createdAt expiresAt sizeBytes copies { id region } } } }',
        `{ ${points('(first: 100)')} }`,
        '{ tables { nodes { arn restorePoints { nodes { id createdAt } } } } }',
      ]) {
        // The neighbour of this test knows no tables: what it answers is not that the query is too large.
        expect(JSON.stringify((await post(query)).body)).not.toContain('lower');
      }
    });
  });

  describe('what is wrong with an input is told without its values', () => {
    const SECRET = 'wJalrXUtnFEMI';
    const NUMBER = 73619452;
    const restore = 'mutation ($input: RestoreTablesInput!) { restoreTables(input: $input) { session { id } } }';
    const keys = { accessKeyId: 'AKIA111122223333', secretAccessKey: SECRET };
    const item = { restorePointId: 'p-1', mode: 'NEW' };
    const errors = ({ body }: Awaited<ReturnType<typeof post>>) =>
      body.errors?.map(({ message, extensions }) => `${extensions.code}: ${message}`);
    const expectSilence = (answer: unknown) => {
      for (const text of [JSON.stringify(answer), logged.join('')]) {
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain(String(NUMBER));
      }
    };

    test.each<[string, object, string]>([
      [
        'a key is missing',
        { items: [item], credentials: { secretAccessKey: SECRET } },
        '"input.credentials": Field "accessKeyId" of required type "String!" was not provided.',
      ],
      [
        'a field beside them is not known',
        { items: [item], credentials: { ...keys, region: 'us-east-1' } },
        '"input.credentials": Field "region" is not defined by type "OneTimeKeysInput".',
      ],
      [
        'a key is no text',
        { items: [item], credentials: { ...keys, secretAccessKey: NUMBER } },
        '"input.credentials.secretAccessKey": String is expected.',
      ],
      [
        'they are no object',
        { items: [item], credentials: SECRET },
        '"input.credentials": Expected type "OneTimeKeysInput" to be an object.',
      ],
      ['they stand where a list is', { items: keys, credentials: keys }, '"input.items": Field "mode" of required'],
      [
        'they stand for a name',
        { items: [{ ...item, mode: SECRET, tableName: keys }] },
        '"input.items[0].mode": RestoreMode is one of ORIGINAL, NEW.',
      ],
    ])('%s', async (_name, input, said) => {
      await startWithToken();
      const answer = await post(restore, { input });
      expect(answer.status).toBe(400);
      expect(errors(answer)).toEqual([
        expect.stringContaining(`BAD_USER_INPUT: Variable "$input" has a wrong value at `),
      ]);
      expect(errors(answer)?.[0]).toContain(said);
      expectSilence(answer);
    });

    test('all that is wrong is told at once', async () => {
      await startWithToken();
      const items = [
        { ...item, readCapacityUnits: SECRET },
        { mode: null, region: NUMBER },
      ];
      const [said = ''] = errors(await post(restore, { input: { items, credentials: {} } })) ?? [];
      expect(said.replace('BAD_USER_INPUT: ', '').split('\n')).toEqual([
        'Variable "$input" has a wrong value at "input.items[0].readCapacityUnits": Int is expected.',
        expect.stringContaining('at "input.items[1].mode": Expected non-nullable type "RestoreMode!" not to be null.'),
        'Variable "$input" has a wrong value at "input.items[1].region": String is expected.',
        expect.stringContaining('at "input.credentials": Field "accessKeyId"'),
        expect.stringContaining('at "input.credentials": Field "secretAccessKey"'),
      ]);
    });

    test.each([
      ['a number', String(NUMBER), 'GRAPHQL_VALIDATION_FAILED: Expected value of type "String".'],
      ['an object', `{ key: "${SECRET}" }`, 'GRAPHQL_VALIDATION_FAILED: Expected value of type "String".'],
      ['a name', SECRET, 'GRAPHQL_VALIDATION_FAILED: Expected value of type "String".'],
      ['two texts', `"a" "${SECRET}"`, 'GRAPHQL_PARSE_FAILED: Syntax Error: Expected Name, found String.'],
      ['half a text', `"${SECRET}`, 'GRAPHQL_PARSE_FAILED: Syntax Error: Unterminated string.'],
    ])('in the document itself: %s', async (_name, literal, said) => {
      await startWithToken();
      const credentials = `{ accessKeyId: "AKIA111122223333", secretAccessKey: ${literal}\n }`;
      const input = `{ items: [{ restorePointId: "p-1", mode: NEW }], credentials: ${credentials} }`;
      const answer = await post(`mutation { restoreTables(input: ${input}) { session { id } } }`);
      expect(errors(answer)).toEqual([said]);
      expectSilence(answer);
    });

    test('in a body that is no JSON', async () => {
      await startWithToken();
      const response = await fetch(`${publicUrl}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
        body: `{"query":"${restore}","variables":{"input":{"credentials":{"secretAccessKey":${SECRET}}}}}`,
      });
      expect(response.status).toBe(400);
      expectSilence(await response.text());
    });
  });

  describe('a request that is never sent to its end', () => {
    const sockets = new Set<Socket>();
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    });
    /** Promises a body of a thousand bytes, and sends one. */
    const half = (authorization: string) => {
      const { hostname, port } = new URL(publicUrl);
      const socket = connect({ host: hostname, port: Number(port) });
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: x\r\n${authorization}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
      );
      let said = '';
      socket.on('data', (data: Buffer) => void (said += data.toString()));
      return { socket, said: () => said };
    };

    test('is answered 401 at once where it has no token', async () => {
      await startWithToken();
      const { said } = half('');
      await eventually(() => expect(said()).toMatch(/^HTTP\/1\.1 401 /u), { timeoutMs: 2_000 });
      expect(said()).toContain('UNAUTHENTICATED');
    });

    test('does not hold up a shutdown for more than a few seconds', async () => {
      const running = await startWithToken();
      const { socket } = half(`Authorization: Bearer ${TOKEN}\r\n`);
      await eventually(async () => {
        // Its token was noted as used: the request is in, and waits for its body.
        const { apiTokens } = await running.graphql<{ apiTokens: { lastUsedAt: string | null }[] }>(
          '{ apiTokens { lastUsedAt } }',
        );
        expect(apiTokens[0]?.lastUsedAt).not.toBeNull();
      });
      const begun = performance.now();
      await running.stop();
      service = null;
      expect(performance.now() - begun).toBeLessThan(8_000);
      await eventually(() => expect(socket.destroyed).toBe(true));
    });
  });
});
