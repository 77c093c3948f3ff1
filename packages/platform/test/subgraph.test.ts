import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { systemClock as clock } from '../src/clock/index.ts';
import { openDatabase, type Database } from '../src/database/index.ts';
import { UserErrors } from '../src/errors/index.ts';
import { startAdmin } from '../src/health/index.ts';
import { createIdentity, type Viewer } from '../src/identity/index.ts';
import { nameOutbox } from '../src/outbox/index.ts';
import { callInternal } from '../src/rpc/index.ts';
import { connection, guardMutations, startSubgraph } from '../src/subgraph/index.ts';

const SECRET = 'a secret of the installation, 32 bytes or more';
const identity = createIdentity(SECRET);
const admin: Viewer = { kind: 'user', id: 't-1', name: 'ops', role: 'ADMIN', requestId: 'r-1' };
const rows = Array.from({ length: 1_000 }, (_, i) => ({ id: String(i).padStart(4, '0') }));
const typeDefs = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])
  type UserError @shareable { code: String! message: String! path: [String!]! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Row { id: ID! }
  type Rows { nodes: [Row!]! pageInfo: PageInfo! }
  type Payload { done: Boolean userErrors: [UserError!]! }
  input Change { name: String! smtpPassword: String }
  scalar DateTime
  type Query { rows(first: Int, after: String): Rows! broken: String whoAmI: String! since(at: DateTime): String }
  type Mutation { change(input: Change!): Payload! fail(input: Change!): Payload! }
`;

let db: Database;
let url: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  const [sqlite] = await availableEngines();
  db = await openDatabase(await sqlite!.freshDatabase(), { name: 'subgraph', entities: [], migrations: [] });
  nameOutbox(db, 'policy', 'EMULATED');
  const server = await startSubgraph({
    name: 'policy',
    typeDefs,
    identity,
    http: { port: 0 },
    log: pino({ level: 'silent' }),
    resolvers: {
      Query: {
        whoAmI: (_parent: unknown, _args: unknown, context: { viewer: Viewer }) => context.viewer.name,
        broken: () => {
          throw new Error('the password of the database is hunter2');
        },
        rows: (_parent: unknown, page: { first?: number; after?: string }) =>
          connection<{ id: string }>(
            page,
            (row) => [row.id],
            async (after, limit) => rows.filter((row) => after === null || row.id > String(after[0])).slice(0, limit),
          ),
      },
      Mutation: guardMutations(
        { db, service: 'policy', environment: 'EMULATED', clock },
        {
          change: async (_parent: unknown, { input }: { input: { name: string } }) => {
            if (input.name === '') throw new UserErrors([{ code: 'BAD_NAME', message: 'Say a name.', path: ['name'] }]);
            return { done: true };
          },
          fail: async () => {
            throw new Error('broken inside');
          },
        },
      ),
    },
    internal: { getAccount: async () => ({ account: null }) },
  });
  url = server.url;
  stop = () => server.stop();
});
afterAll(async () => {
  await stop();
  await db.close();
});

async function post(
  query: string,
  token: string | null,
  variables: object = {},
): Promise<{ status: number; body: Record<string, never> }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

describe('identity', () => {
  test('a signed identity is let in and known by name', async () => {
    expect((await post('{ whoAmI }', await identity.sign(admin))).body).toEqual({ data: { whoAmI: 'ops' } });
  });

  const claims = { kind: 'user', name: 'ops', role: 'ADMIN', requestId: 'r' };
  const jwt = (secret: string, age: number, issuer = 'tablekeep') =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setSubject('t-1')
      .setExpirationTime(Math.floor(Date.now() / 1000) + 60 - age)
      .sign(new TextEncoder().encode(secret));
  test.each([
    ['none', async () => null],
    ['nonsense', async () => 'nonsense'],
    ['signed with another secret', () => jwt('another secret, also of 32 bytes or more', 0)],
    ['expired', () => jwt(SECRET, 120)],
    ['of another issuer', () => jwt(SECRET, 0, 'somebody')],
    [
      'unsigned',
      async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
    ],
  ])('an identity that is %s answers 401', async (_name, token) => {
    const { status, body } = await post('{ whoAmI }', await token());
    expect(status).toBe(401);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  test('a secret under 32 bytes is refused', () => expect(() => createIdentity('short')).toThrow('32 bytes'));
});

describe('errors', () => {
  test('what broke inside is not told outside', async () => {
    const { body } = await post('{ broken }', await identity.sign(admin));
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect(body).toMatchObject({
      errors: [{ message: 'Something went wrong on our side', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  });
});

describe('mutations', () => {
  const audit = async () =>
    (
      await db.reader.query<{ body: string }[]>("SELECT body FROM outbox WHERE topic = 'tablekeep.audit' ORDER BY seq")
    ).map(
      (row) =>
        (JSON.parse(row.body) as { data: { phase: string; action: string; outcome: string | null; input: unknown } })
          .data,
    );
  const since = async (work: () => Promise<unknown>) => {
    const before = (await audit()).length;
    await work();
    return (await audit()).slice(before);
  };
  const mutate = (name: string, role: Viewer['role'], action = 'change') =>
    identity.sign({ ...admin, role }).then((token) =>
      post(`mutation ($input: Change!) { ${action}(input: $input) { done userErrors { code path } } }`, token, {
        input: { name, smtpPassword: 'hunter2' },
      }),
    );

  test('are audited before and after, without secrets', async () => {
    const entries = await since(() => mutate('x', 'ADMIN'));
    expect(entries.map((entry) => entry.phase)).toEqual(['REQUESTED', 'COMPLETED']);
    expect(entries[0]).toMatchObject({ action: 'change', input: { name: 'x', smtpPassword: '[redacted]' } });
  });

  test('answer bad input with user errors, and are audited as refused', async () => {
    let answer: unknown;
    const entries = await since(async () => (answer = (await mutate('', 'ADMIN')).body));
    expect(answer).toEqual({ data: { change: { done: null, userErrors: [{ code: 'BAD_NAME', path: ['name'] }] } } });
    expect(entries.at(-1)).toMatchObject({ phase: 'REFUSED', outcome: 'BAD_NAME' });
  });

  test('that break are audited as failed', async () => {
    expect((await since(() => mutate('x', 'ADMIN', 'fail'))).map((entry) => entry.phase)).toEqual([
      'REQUESTED',
      'FAILED',
    ]);
  });

  test('are forbidden to READ_ONLY, and the attempt is audited', async () => {
    let answer: unknown;
    const entries = await since(async () => (answer = (await mutate('x', 'READ_ONLY')).body));
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(entries.map((entry) => entry.phase)).toEqual(['REFUSED']);
  });
});

describe('pages', () => {
  test('walk a thousand rows, each once', async () => {
    const token = await identity.sign(admin);
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const {
        body,
      }: {
        body: { data?: { rows: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } };
      } = await post(
        'query ($after: String) { rows(first: 77, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        token,
        { after },
      );
      const page = body.data!.rows;
      seen.push(...page.nodes.map((node) => node.id));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(rows.map((row) => row.id));
  });

  test.each([
    ['first: 0', 'first'],
    ['first: 501', 'first'],
    ['after: "nonsense"', 'after'],
  ])('rows(%s) is refused by name', async (args, said) => {
    const { body } = await post(`{ rows(${args}) { nodes { id } } }`, await identity.sign(admin));
    expect(body).toMatchObject({
      errors: [{ message: expect.stringContaining(said), extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

describe('a wrong value', () => {
  const change = 'mutation ($input: Change!) { change(input: $input) { done } }';

  test('is told by its place and what is expected, and never printed with what stands beside it', async () => {
    const input = { name: 7, smtpPassword: 'hunter2', more: 'hunter2' };
    const answer = await post(change, await identity.sign(admin), { input });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            message:
              'Variable "$input" has a wrong value at "input.name": String is expected.\n' +
              'Variable "$input" has a wrong value at "input": Field "more" is not defined by type "Change".',
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      },
    });
    const literal = await post(
      'mutation { change(input: { name: { is: "hunter2" } }) { done } }',
      await identity.sign(admin),
    );
    expect(JSON.stringify([answer, literal])).not.toContain('hunter2');
  });

  test('of a scalar of ours says how it is written', async () => {
    const answer = await post('query ($at: DateTime) { since(at: $at) }', await identity.sign(admin), {
      at: 'hunter2',
    });
    expect(answer.body).toMatchObject({
      errors: [{ message: expect.stringMatching(/at "at": DateTime is an RFC 3339 date and time/u) }],
    });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('internal calls', () => {
  const call = (peer: () => string) =>
    callInternal({ peer, identity, service: 'session', call: 'getAccount', input: { accountId: 'a' }, timeoutMs: 500 });

  test('answer a service, and nobody else', async () => {
    expect(await call(() => url)).toEqual({ state: 'known', value: { account: null } });
    const asUser = await fetch(`${url}/internal/getAccount`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await identity.sign(admin)}`, 'content-type': 'application/json' },
      body: '{"accountId":"a"}',
    });
    expect(asUser.status).toBe(403);
  });

  test('to somebody who is down are "could not tell", not an error', async () => {
    expect(await call(() => 'http://127.0.0.1:1')).toMatchObject({ state: 'unknown' });
  });
});

test('readyz names what fails; livez does not care; metrics are there', async () => {
  const bad = await startAdmin({
    service: 'test',
    checks: { database: async () => undefined, queue: () => Promise.reject(new Error('refused')) },
    http: { host: '127.0.0.1', port: 0 },
  });
  try {
    const ready = await fetch(`${bad.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'unavailable', failing: ['queue: refused'] }]);
    expect((await fetch(`${bad.url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${bad.url}/metrics`)).text()).toContain('process_cpu_seconds_total{service="test"}');
  } finally {
    await bad.stop();
  }
});
