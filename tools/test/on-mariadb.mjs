// Which test files run on MariaDB too: those that run on whatever engine there is, not those that take any one of them.
import { readFileSync } from 'node:fs';

const ANY_ONE = /const \[\w+\] = await availableEngines\(\)/gu;

/** @param {string[]} paths */
function onMariaDb(paths) {
  return {
    filtered: paths.filter((path) => readFileSync(path, 'utf8').replace(ANY_ONE, '').includes('availableEngines()')),
  };
}

// Jest requires its filter, and takes what it gets for the function itself.
export { onMariaDb as 'module.exports' };
