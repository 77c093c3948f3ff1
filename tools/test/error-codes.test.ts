import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { codeProblems, codesIn, documentedIn } from '../error-codes.ts';

const root = join(import.meta.dirname, '..', '..');

test('every error code that the source gives is explained once, and nothing else is', () => {
  expect(codeProblems(root)).toEqual([]);
});

test('codes are found wherever one stands: in a property, behind a condition, as an argument of whoever takes one', () => {
  const sources = [
    {
      path: 'a/faults.ts',
      text: 'export function refused(reason: string, code: string) {}\nexport type Wrong = (code: string) => void;\n',
    },
    {
      path: 'a/domain/rules.ts',
      text: `import { refused as no, type Wrong } from '../faults.ts';
        const one = { code: 'IN_AN_OBJECT', kind: 'NO_CODE' };
        const two = { code: late ? 'TOO_LATE' : 'TOO_EARLY' };
        class Three { readonly code = 'OF_A_CLASS'; }
        no('REASON', 'IMPORTED');
        function check(wrong: Wrong) { wrong('BY_ITS_TYPE'); other('NOT_KNOWN'); }
        const mine = (code: string, message: string) => code;
        mine(\`text\`, 'MESSAGE');
        mine('DECLARED_HERE', 'x');`,
    },
    { path: 'b/rules.ts', text: "refused('ANOTHERS', 'FUNCTION'); const code = 'IN_A_CONSTANT';" },
  ];
  expect([...codesIn(sources).keys()].toSorted()).toEqual([
    'BY_ITS_TYPE',
    'DECLARED_HERE',
    'IMPORTED',
    'IN_AN_OBJECT',
    'IN_A_CONSTANT',
    'OF_A_CLASS',
    'TOO_EARLY',
    'TOO_LATE',
  ]);
});

test('what a document explains are the first cells of its tables', () => {
  expect(documentedIn('| code | when |\n| ---- | ---- |\n| `ONE` | as `TWO` |\n`THREE` in a text\n')).toEqual(['ONE']);
});
