import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
} from '../src/account-under-test.ts';
import { startEmbeddedPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'dashboards.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gmu'))].map(([, code]) => code!);

/** The page is for who has it; in CI its absence is a failure, so that the commands cannot quietly go untested. */
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl && process.env['CI'] === 'true') throw new Error('in CI the tests need curl: apt-get install curl');
const withCurl = hasCurl ? test : test.skip;

type Answer = { data?: Record<string, unknown>; errors?: unknown };
type PanelQuery = {
  url: string;
  url_options: { method: string; body_graphql_query: string; body_graphql_variables: string };
  root_selector: string;
  columns: { selector: string; type: string }[];
};

describe('docs/dashboards.md says what is true:', () => {
  let platform: PlatformUnderTest;
  beforeAll(async () => {
    platform = await startEmbeddedPlatform({ speed: 240 });
    const accountId = await registerAccount(platform.owner, platform.graphql);
    await createAirportTable(platform.owner, 'Documented');
    const { policy } = await createPolicy(platform.graphql, policyInput(accountId));
    await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
  }, 120_000);
  afterAll(() => platform.stop());

  /** Not synchronously: the platform that is to answer runs in this process. */
  const run = async (command: string, env: Readonly<Record<string, string>>): Promise<Answer> => {
    const { stdout } = await promisify(execFile)('sh', ['-euc', command], {
      env: { PATH: process.env['PATH'] ?? '', TABLEKEEP_URL: platform.url, ...env },
      timeout: 20_000,
    });
    return JSON.parse(stdout) as Answer;
  };

  withCurl('its commands, from the token to the numbers', async () => {
    const [makeToken, ...asks] = blocks('sh').filter((block) => block.includes('$TABLEKEEP_URL'));
    const { data } = (await run(makeToken!, { TABLEKEEP_ADMIN_TOKEN: platform.token })) as {
      data: { createApiToken: { secret: string; userErrors: unknown[] } };
    };
    expect(data.createApiToken.userErrors).toEqual([]);
    const token = data.createApiToken.secret;
    const answers = await Promise.all(asks.map((command) => run(command, { TABLEKEEP_TOKEN: token })));
    expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
    expect(answers[0]?.data?.['overview']).toMatchObject({
      tables: 1,
      tablesProtected: 1,
      sessionsFailed: 0,
      storage: [{ points: 1 }],
    });
    expect(answers[1]?.data?.['policyHealth']).toMatchObject([{ policyName: 'Nightly', overdue: false }]);
    expect(answers[2]?.data).toHaveProperty('sessionStats');
  });

  test('its queries for Grafana find rows with the columns that they name', async () => {
    const panels = blocks('json').map((block) => JSON.parse(block) as PanelQuery);
    expect(panels).toHaveLength(2);
    const [from, to] = [new Date(Date.now() - 86_400_000), new Date(Date.now() + 60_000)];
    for (const { url, url_options: request, root_selector: root, columns } of panels) {
      const variables = request.body_graphql_variables
        .replace('${__from:date:iso}', from.toISOString())
        .replace('${__to:date:iso}', to.toISOString());
      const response = await fetch(`${platform.url}${url}`, {
        method: request.method,
        headers: { authorization: `Bearer ${platform.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: request.body_graphql_query, variables: JSON.parse(variables) as object }),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      expect(answer).not.toHaveProperty('errors');
      const rows = root.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], answer) as Record<
        string,
        unknown
      >[];
      expect(rows.length).toBeGreaterThan(0);
      for (const { selector, type } of columns) {
        const value = rows[0]?.[selector];
        expect({ selector, isThere: value !== undefined }).toEqual({ selector, isThere: true });
        if (value === null) continue;
        expect({ selector, type: typeof value }).toEqual({ selector, type: type === 'number' ? 'number' : 'string' });
        if (type === 'timestamp') expect(Date.parse(value as string)).not.toBeNaN();
      }
    }
  });
});
