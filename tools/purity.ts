/**
 * What domain code may import: its own folder, types of the contract, and small libraries without I/O.
 * Each exception is a decision; argue for it in review.
 */
const ALLOWED =
  /^(?:\.\/.*|\.\.\/domain\/.*|@tablekeep\/schema\/(?:events|work-items|internal|settings|plan-chunks|retention-rules|permissions|brief|vault-points|catalog-events|alert-events|verification|event-docs|event-stream)|@tablekeep\/platform\/(?:errors|local-time|mail-address)|node:crypto|zod)$/u;

const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bprocess\.hrtime/u, 'reads the clock'],
  [/\bMath\.random\(|\brandomUUID\(|\brandomBytes\(|\bgetRandomValues\(/u, 'takes chance'],
  [/\bprocess\.env\b/u, 'reads the environment'],
  [/\bfetch\(|\bconsole\.|\bsetTimeout\(|\bsetInterval\(|\bprocess\.(?:stdout|stderr|exit)\b/u, 'does I/O'],
];

/** Static imports and re-exports, with or without names, and dynamic imports. */
const IMPORT =
  /^\s*(?:(?:import|export)\b[^;'"]*?\bfrom\s+|import\s+)['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/gmu;

/**
 * Everything in the text of a domain file that a pure function may not do.
 * @param depth how many folders below `domain` the file lies: so far up it may look
 */
export function impurities(code: string, depth = 0): string[] {
  const text = code.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gmu, '');
  const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
  const bad = imports
    .filter((name) => !ALLOWED.test(name) && !staysWithin(name, depth))
    .map((name) => (name.startsWith('..') ? `leaves the domain folder for ${name}` : `imports ${name}`));
  return [...bad, ...FORBIDDEN.filter(([pattern]) => pattern.test(text)).map(([, what]) => what)];
}

function staysWithin(name: string, depth: number): boolean {
  const up = name.split('/').filter((part) => part === '..').length;
  return up > 0 && up <= depth;
}
