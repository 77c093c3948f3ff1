/**
 * The emulator as a process of its own. Environment: EMULATOR_PORT (0: any free one), EMULATOR_HOST, EMULATOR_DATA_DIR,
 * EMULATOR_SPEED, EMULATOR_SEED, EMULATOR_LIMITS (enforced, off), EMULATOR_BEHAVIOUR and EMULATOR_DURATIONS (JSON).
 * The same as flags: --port 4599 --data-dir ./data/aws …
 */
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `The emulator needs Node 24 or later and this is ${process.version}. Run it through npx or an npm script of this repository.\n`,
  );
  process.exit(1);
}

const { startEmulator } = await import('./index.ts');
const { parseArgs } = await import('node:util');

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    'data-dir': { type: 'string' },
    speed: { type: 'string' },
    seed: { type: 'string' },
    limits: { type: 'string' },
    behaviour: { type: 'string' },
    durations: { type: 'string' },
  },
});

const setting = (flag: keyof typeof values): string | undefined => {
  const value = values[flag] ?? process.env[`EMULATOR_${flag.replace('-', '_').toUpperCase()}`];
  return value === '' ? undefined : value;
};

const numeric = (flag: keyof typeof values): number | undefined => {
  const value = setting(flag);
  if (value === undefined) return undefined;
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) throw new TypeError(`${flag} is not a number: ${value}`);
  return parsed;
};

const object = (flag: keyof typeof values): object | undefined => {
  const value = setting(flag);
  if (value === undefined) return undefined;
  const parsed: unknown = JSON.parse(value);
  if (typeof parsed !== 'object' || parsed === null) throw new TypeError(`${flag} is not a JSON structure: ${value}`);
  return parsed;
};

const limits = setting('limits');
if (limits !== undefined && limits !== 'enforced' && limits !== 'off')
  throw new TypeError(`limits is enforced or off, not ${limits}`);
const given = {
  port: numeric('port'),
  host: setting('host'),
  dataDir: setting('data-dir'),
  speed: numeric('speed'),
  seed: numeric('seed'),
  behaviour: object('behaviour'),
  durations: object('durations'),
  limits,
};
const emulator = await startEmulator(
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
);
process.stdout.write(`${JSON.stringify({ listening: emulator.endpoint })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void emulator.stop().then(() => process.exit(0));
  });
}

export {};
