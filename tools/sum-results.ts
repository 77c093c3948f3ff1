/** Sums the counts of jest's JSON results in a folder into one plain line; fails where a result is missing or failed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder with the results');
const results = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, number>);
const sum = (field: string) => results.reduce((total, result) => total + (result[field] ?? 0), 0);
// A file that could not even be loaded has no failed test of its own, but it is a failure.
const failed = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
const passed = sum('numPassedTests');
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
