import { describe, expect, test } from '@jest/globals';
import NativeEnvironment from './native-environment.ts';

const ours = new URL('../error-codes.ts', import.meta.url).href;
const load = (testFile: string) => import(`${ours}?test-file=${testFile}`) as Promise<object>;

describe('what a test file is loaded in', () => {
  test('each test file has the project’s modules of its own; a package is the same for all', async () => {
    const mine = (await import('../error-codes.ts')) as object;
    const other = await load('another');
    expect(Object.keys(other)).toEqual(Object.keys(mine));
    expect(other).not.toBe(mine);
    expect(await load('another')).toBe(other);
    expect(import.meta.resolve('fast-check')).not.toContain('test-file');
  });

  test('what a test file sets in the environment and in globals ends with it; what was there is back', async () => {
    const symbol = Symbol.for('tablekeep.test');
    const globals = globalThis as unknown as Record<symbol, unknown>;
    const { PATH } = process.env;
    const { console } = globalThis;
    const exit = Reflect.get(process, 'exit');
    const environment = new NativeEnvironment();
    process.env['TABLEKEEP_LEFT'] = 'behind';
    process.env['PATH'] = '/nowhere';
    globals[symbol] = 'left behind';
    globalThis.console = { ...console };
    process.exit = () => undefined as never;
    await environment.teardown();
    expect(process.env['TABLEKEEP_LEFT']).toBeUndefined();
    expect(process.env['PATH']).toBe(PATH);
    expect(globals[symbol]).toBeUndefined();
    expect(globalThis.console).toBe(console);
    expect(Reflect.get(process, 'exit')).toBe(exit);
  });
});
