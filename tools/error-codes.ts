/**
 * The error codes that clients may meet, as the source gives them: string literals that stand where a code stands, be it a
 * property `code` or an argument for a parameter of that name. docs/errors.md explains each.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/u;
const SOURCES = ['services/*/src/**/*.ts', 'gateway/src/**/*.ts', 'packages/platform/src/**/*.ts'];

/** What retention's reasons are called is an enumeration of the GraphQL schema, with its descriptions. */
const HAS_ENUM = 'services/retention/src/domain/retention/judge-retention.ts';
/** Outcomes that stand beside codes; a driver's code; and one that no client sees. */
const NO_CODES: ReadonlySet<string> = new Set(['OK', 'WARNING', 'ERROR', 'UNKNOWN', 'ETIMEDOUT', 'TRANSIENT']);

type Source = Readonly<{ path: string; text: string }>;
type Takers = ReadonlyMap<string, ReadonlySet<number>>;

export function sourcesOf(root: string): Source[] {
  return globSync(SOURCES, { cwd: root })
    .filter((path) => !path.endsWith('.test.ts') && !path.endsWith('resolver-types.ts') && path !== HAS_ENUM)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Each code with the files that give it. */
export function codesIn(sources: readonly Source[]): Map<string, string[]> {
  const files = new Map(sources.map(({ path, text }) => [path, parse(path, text)]));
  const declared = new Map([...files].map(([path, file]) => [path, takersOf(file)]));
  const found = new Map<string, string[]>();
  for (const [path, file] of files) {
    const near = new Map([...importedBy(path, file, declared), ...(declared.get(path) ?? [])]);
    for (const code of codesOf(file, typedBy(file, near))) found.set(code, [...(found.get(code) ?? []), path]);
  }
  return found;
}

/** The codes of a document's tables: those in the first cell of a row. */
export function documentedIn(markdown: string): string[] {
  return [...markdown.matchAll(/^\| `([A-Z0-9_]+)`/gmu)].map(([, code = '']) => code);
}

/** What is in one and not in the other, and what is explained twice, in words. */
export function codeProblems(root: string): string[] {
  const found = codesIn(sourcesOf(root));
  const told = documentedIn(readFileSync(join(root, 'docs', 'errors.md'), 'utf8'));
  return [
    ...[...found]
      .filter(([code]) => !told.includes(code))
      .map(([code, files]) => `docs/errors.md lacks ${code} (${files.join(', ')})`),
    ...told.filter((code) => !found.has(code)).map((code) => `docs/errors.md explains ${code}, which nothing gives`),
    ...told.filter((code, i) => told.indexOf(code) !== i).map((code) => `docs/errors.md explains ${code} twice`),
  ];
}

const parse = (path: string, text: string) => ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Functions, and types of functions, by name, and at which places they take a code. */
function takersOf(file: ts.SourceFile): Takers {
  const takers = new Map<string, Set<number>>();
  walk(file, (node) => {
    if (!ts.isFunctionLike(node)) return;
    const named = ts.isFunctionDeclaration(node) ? node : node.parent;
    const name = (named as { name?: ts.Node } | undefined)?.name?.getText(file);
    if (name === undefined) return;
    node.parameters.forEach((parameter, i) => {
      if (parameter.name.getText(file) === 'code') takers.set(name, new Set([...(takers.get(name) ?? []), i]));
    });
  });
  return takers;
}

function importedBy(path: string, file: ts.SourceFile, declared: ReadonlyMap<string, Takers>): Takers {
  const takers = new Map<string, ReadonlySet<number>>();
  walk(file, (node) => {
    if (!ts.isImportSpecifier(node)) return;
    const from = node.parent.parent.parent.moduleSpecifier.getText(file).slice(1, -1);
    const name = (node.propertyName ?? node.name).getText(file);
    const places = declared.get(normalize(join(dirname(path), from)))?.get(name);
    if (places) takers.set(node.name.getText(file), places);
  });
  return takers;
}

/** What is declared with a type of such functions is one of them. */
function typedBy(file: ts.SourceFile, near: Takers): Takers {
  const takers = new Map(near);
  walk(file, (node) => {
    if (!ts.isParameter(node) && !ts.isVariableDeclaration(node)) return;
    const places = node.type && near.get(node.type.getText(file));
    if (places) takers.set(node.name.getText(file), places);
  });
  return takers;
}

function codesOf(file: ts.SourceFile, takers: Takers): Set<string> {
  const codes = new Set<string>();
  const take = (expression: ts.Node | undefined): void => {
    if (expression === undefined) return;
    if (ts.isStringLiteral(expression)) {
      if (CODE.test(expression.text) && !NO_CODES.has(expression.text)) codes.add(expression.text);
    } else if (ts.isConditionalExpression(expression)) [expression.whenTrue, expression.whenFalse].forEach(take);
    else if (ts.isBinaryExpression(expression)) [expression.left, expression.right].forEach(take);
    else if (ts.isAsExpression(expression) || ts.isParenthesizedExpression(expression)) take(expression.expression);
  };
  walk(file, (node) => {
    if ((ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) && node.name.getText(file) === 'code') {
      take(node.initializer);
    } else if (ts.isVariableDeclaration(node) && node.name.getText(file) === 'code') take(node.initializer);
    else if (ts.isCallExpression(node)) {
      for (const i of takers.get(node.expression.getText(file)) ?? []) take(node.arguments[i]);
    } else if (ts.isParameter(node) && node.name.getText(file) === 'code') take(node.initializer);
  });
  return codes;
}
