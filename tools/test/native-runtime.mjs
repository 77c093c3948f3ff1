// What jest runs a test file in: Node itself, with its own loader and its own globals, as production runs; not a vm context
// that loads and compiles every package anew for each file. Packages are loaded once for a worker, the project's own modules
// anew for each test file: their addresses carry the file's number, which whatever they import inherits.
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const GLOBALS = 'jest-globals:';
const PARAMETER = '?test-file=';

let testFiles = 0;

/** The functions that `@jest/globals` exports, for the test file that is being loaded. */
export let jestGlobals = {};

/** What the project's modules import, by importer, specifier and conditions. */
const addresses = new Map();

/** By path: stripped once, although each test file loads its modules anew. */
const stripped = new Map();

/** The file without its types; what is wrong with it names its path. */
function withoutTypes(path) {
  const known = stripped.get(path);
  if (known !== undefined) return known;
  const source = stripTypeScriptTypes(readFileSync(path, 'utf8'), { sourceUrl: path });
  stripped.set(path, source);
  return source;
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const [parent, testFile] = context.parentURL?.split(PARAMETER) ?? [];
    if (testFile === undefined) return nextResolve(specifier, context);
    if (specifier === '@jest/globals') {
      return { url: `${GLOBALS}${PARAMETER}${testFile}`, format: 'module', shortCircuit: true };
    }
    const known = `${parent} ${specifier} ${context.conditions.join(' ')}`;
    const resolved = addresses.get(known) ?? nextResolve(specifier, context);
    addresses.set(known, resolved);
    const isOurs = resolved.url.endsWith('.ts') && !resolved.url.includes('/node_modules/');
    const url = isOurs ? `${resolved.url}${PARAMETER}${testFile}` : resolved.url;
    return { ...resolved, url, shortCircuit: true };
  },
  load(url, context, nextLoad) {
    const [address, testFile] = url.split(PARAMETER);
    if (testFile === undefined) return nextLoad(url, context);
    if (address === GLOBALS) {
      const source = `import { jestGlobals } from ${JSON.stringify(import.meta.url)};
        export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = jestGlobals;`;
      return { format: 'module', source, shortCircuit: true };
    }
    return { format: 'module', source: withoutTypes(fileURLToPath(address)), shortCircuit: true };
  },
});

/** What jest's runner and jest-circus ask of a runtime, as far as this project's tests need it: no mocks, no coverage. */
export default class NativeRuntime {
  /** The framework keeps its state in its module: anew for each test file. */
  requireInternalModule(path) {
    delete require.cache[path];
    return require(path);
  }

  requireModule(path) {
    return require(path);
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    testFiles += 1;
    await import(`${pathToFileURL(path).href}${PARAMETER}${testFiles}`);
  }

  setGlobalsForRuntime(globals) {
    jestGlobals = globals;
  }

  /** Types are stripped to white space: lines and columns are the source's own. */
  getSourceMaps() {
    return null;
  }

  getAllCoverageInfoCopy() {
    return undefined;
  }

  clearAllMocks() {}
  enterTestCode() {}
  leaveTestCode() {}
  teardown() {}
}
