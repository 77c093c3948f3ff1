import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOST, upperBound } from '../src/costs.ts';
import { PROBE_ACTIONS, VAULT_ACTIONS } from '../src/permissions.ts';
import { parseCleanSettings, parseProbeSettings } from '../src/settings.ts';

const env = {
  TABLEKEEP_AWS_TEST: 'yes-on-111122223333',
  TABLEKEEP_AWS_SPENDING_CAP_USD: '10',
  TABLEKEEP_AWS_HOME_REGION: 'us-east-1',
  TABLEKEEP_AWS_COPY_REGION: 'eu-west-1',
  TABLEKEEP_AWS_OPERATOR_ROLE_ARN: 'arn:aws:iam::111122223333:role/Operator',
  TABLEKEEP_AWS_EXTERNAL_ID: 'aws-probe-4711',
  TABLEKEEP_AWS_SERVICE_ROLE_ARN: 'arn:aws:iam::111122223333:role/service-role/AWSBackupDefaultServiceRole',
};

function problemsOf(given: Record<string, string>): string {
  try {
    parseProbeSettings(given);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

test('what is given is taken; cleaning asks for less', () => {
  expect(parseProbeSettings(env)).toMatchObject({ accountId: '111122223333', capUsd: 10, tokenMinutes: 30 });
  const { TABLEKEEP_AWS_TEST, TABLEKEEP_AWS_HOME_REGION, TABLEKEEP_AWS_COPY_REGION } = env;
  expect(parseCleanSettings({ TABLEKEEP_AWS_TEST, TABLEKEEP_AWS_HOME_REGION, TABLEKEEP_AWS_COPY_REGION })).toEqual({
    accountId: '111122223333',
    home: 'us-east-1',
    copyRegion: 'eu-west-1',
  });
});

test('every problem is told at once', () => {
  const said = problemsOf({
    ...env,
    TABLEKEEP_AWS_TEST: 'yes',
    TABLEKEEP_AWS_SPENDING_CAP_USD: '',
    TABLEKEEP_AWS_COPY_REGION: 'us-east-1',
    TABLEKEEP_AWS_SERVICE_ROLE_ARN: 'AWSBackupDefaultServiceRole',
    AWS_ENDPOINT_URL_BACKUP: 'http://127.0.0.1:4599',
  });
  expect(said).toContain('nothing was started');
  expect(said).toContain('TABLEKEEP_AWS_TEST: must be yes-on-');
  expect(said).toContain('TABLEKEEP_AWS_SPENDING_CAP_USD');
  expect(said).toContain('TABLEKEEP_AWS_COPY_REGION: must be another Region');
  expect(said).toContain('TABLEKEEP_AWS_SERVICE_ROLE_ARN: must be the ARN of a role');
  expect(said).toContain('AWS_ENDPOINT_URL_BACKUP: must not be given');
});

test('a role of another account is refused', () => {
  const said = problemsOf({ ...env, TABLEKEEP_AWS_OPERATOR_ROLE_ARN: 'arn:aws:iam::999988887777:role/Operator' });
  expect(said).toContain('TABLEKEEP_AWS_OPERATOR_ROLE_ARN: must be a role of the account');
});

test('the upper bound grows with everything that may be made', () => {
  const { usd, lines } = upperBound();
  expect(usd).toBeGreaterThanOrEqual(lines.reduce((sum, line) => sum + line.usd, 0));
  for (const what of Object.keys(MOST) as (keyof typeof MOST)[]) {
    expect(upperBound({ ...MOST, [what]: MOST[what] + 1 }).usd).toBeGreaterThan(usd);
  }
});

test.each([
  ['a run', [], ['TABLEKEEP_AWS_TEST', 'TABLEKEEP_AWS_SPENDING_CAP_USD', 'TABLEKEEP_AWS_SERVICE_ROLE_ARN']],
  ['cleaning', ['--clean'], ['TABLEKEEP_AWS_TEST', 'TABLEKEEP_AWS_HOME_REGION']],
])('%s without settings exits 78 with every name, having asked nobody', async (_what, args, names) => {
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');
  const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile(process.execPath, [main, ...args], { env: {} }, (error, out, err) =>
      resolve({ code: error?.code, said: out + err }),
    );
  });
  for (const name of names) expect(said).toContain(name);
  expect(code).toBe(78);
});

test('the page for operators names what a run costs at most and every permission it needs', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'operate.md'), 'utf8');
  expect(page).toContain(`It costs ${upperBound().usd} USD at the very most`);
  expect([...PROBE_ACTIONS, ...VAULT_ACTIONS].filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
});
