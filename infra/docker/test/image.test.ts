import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

let image: string;
let sent: Set<string>;

/** What .dockerignore lets through, in the order of its lines: the last that fits decides (Docker's build reference). */
async function contextFiles(): Promise<(path: string) => boolean> {
  const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n').filter((line) => line !== '');
  const rules = lines.map((line) => {
    const keep = line.startsWith('!');
    const pattern = keep ? line.slice(1) : line;
    const source = pattern
      .split('/')
      .map((part) => (part === '**' ? '(?:.*)' : part.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')))
      .join('/')
      .replaceAll('(?:.*)/', '(?:.*/)?');
    return { keep, fits: new RegExp(`^${source}(?:/.*)?$`, 'u') };
  });
  return (path) => rules.reduce((kept, { keep, fits }) => (fits.test(path) ? keep : kept), true);
}

/** What the Dockerfile does, without Docker: the same context, the same command. */
beforeAll(async () => {
  image = await mkdtemp(join(tmpdir(), 'tablekeep-image-'));
  const isSent = await contextFiles();
  sent = new Set();
  await cp(root, image, {
    recursive: true,
    filter: (source) => {
      const path = relative(root, source);
      if (path === '') return true;
      if (path === '.git' || path.includes('node_modules') || !isSent(path)) return false;
      sent.add(path);
      return true;
    },
  });
  const dockerfile = await readFile(join(root, 'infra', 'docker', 'Dockerfile'), 'utf8');
  const command = /RUN (npm ci [^\n]+--workspace="\$WORKSPACE")/u.exec(dockerfile)?.[1];
  if (command === undefined) throw new Error('the Dockerfile does not install as this test expects');
  execFileSync('sh', ['-c', `${command} --prefer-offline && ln -s "$WORKSPACE/src/main.ts" main.ts`], {
    cwd: image,
    env: { ...process.env, WORKSPACE: 'services/policy' },
    stdio: 'pipe',
  });
}, 180_000);
afterAll(() => rm(image, { recursive: true, force: true }));

test('the image holds what runs, and nothing that tests or builds', () => {
  for (const needed of ['package-lock.json', 'services/policy/src/main.ts', 'packages/platform/src/process/index.ts']) {
    expect([needed, sent.has(needed)]).toEqual([needed, true]);
  }
  expect([...sent].filter((path) => /(?:^|\/)test(?:\/|$)|\.test\.ts$|^docs|^secrets|^data/u.test(path))).toEqual([]);
  for (const tool of ['jest', 'eslint', 'typescript', 'aws-cdk-lib', 'vega-datasets', '@aws-sdk/client-backup']) {
    expect([tool, existsSync(join(image, 'node_modules', tool))]).toEqual([tool, false]);
  }
});

test('its program starts, and refuses with everything it was not told', () => {
  const { status, stderr } = spawnSync(process.execPath, ['main.ts'], {
    cwd: image,
    env: { PATH: '', HTTP_PORT: 'eighty' },
    encoding: 'utf8',
  });
  expect(stderr).toContain('nothing was started');
  for (const missing of ['HTTP_PORT', 'DATABASE_URL', 'INTERNAL_SECRET', 'KAFKA_BROKERS', 'EXECUTOR_URL']) {
    expect(stderr).toContain(`  ${missing}: `);
  }
  expect(status).toBe(78);
}, 60_000);
