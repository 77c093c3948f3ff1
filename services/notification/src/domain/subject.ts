import type { UserError } from '@tablekeep/platform/errors';
import { subjectVariables, type SubjectWords } from './message.ts';

export const STANDARD_SUBJECT = '[Tablekeep {environment}] {result}: {what}, {tables}';
const LONGEST = 250;
const VARIABLE = /\{([^{}]*)\}/gu;

/** Everything that is wrong with a template of subjects. */
export function subjectProblems(template: string, path: readonly string[]): UserError[] {
  const problems: UserError[] = [];
  const wrong = (code: string, message: string) => problems.push({ code, message, path });
  if (template.trim() === '') wrong('REQUIRED', 'A subject has at least one character.');
  if (template.length > LONGEST) wrong('TOO_LONG', `A subject’s template has ${LONGEST} characters at most.`);
  if (/\p{Cc}/u.test(template)) wrong('BAD_SUBJECT', 'A subject is one line without control characters.');
  const known = new Set<string>(subjectVariables);
  const unknown = [...template.matchAll(VARIABLE)].map(([, name = '']) => name).filter((name) => !known.has(name));
  for (const name of new Set(unknown)) {
    const all = subjectVariables.map((one) => `{${one}}`).join(', ');
    wrong('UNKNOWN_VARIABLE', `There is no {${name}}; a subject may name ${all}.`);
  }
  return problems;
}

/** The template with the message's words. Names that others gave cannot begin a new line: that would be a new header. */
export function subjectOf(template: string, words: SubjectWords): string {
  return oneLine(template.replaceAll(VARIABLE, (whole, name: string) => words[name as keyof SubjectWords] ?? whole));
}

export function oneLine(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 500);
}
