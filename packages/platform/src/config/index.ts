import { z } from 'zod';

export class InvalidConfigError extends Error {
  override readonly name = 'InvalidConfigError';
}

export const port = z.coerce.number().int().min(1).max(65_535);
export const seconds = z.coerce.number().int().positive();
/** `true` or `false`, nothing looser: a mistyped switch must not silently be off. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);
export const list = z
  .string()
  .min(1)
  .transform((text) => text.split(',').map((part) => part.trim()));

type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with one setting. The text never holds its value, which may be a secret. */
export type Problem = Readonly<{ name: string; message: string }>;

/**
 * Parses an environment. Pure: it is given the environment, never reads it. Empty text counts as absent.
 * Throws InvalidConfigError naming every problem at once, those found already (`problems`) with them, one for each setting.
 */
export function parseEnv<S extends z.ZodType>(
  schema: S,
  env: Environment,
  problems: readonly Problem[] = [],
): z.output<S> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(present);
  if (result.success && problems.length === 0) return result.data;
  const all = new Map(problems.map(({ name, message }) => [name, message]));
  for (const { path, message } of result.error?.issues ?? []) {
    const name = path.join('.');
    if (!all.has(name)) all.set(name, message);
  }
  const lines = [...all].map(([name, message]) => `  ${name}: ${message}`);
  throw new InvalidConfigError(`The configuration is wrong; nothing was started:\n${lines.join('\n')}`);
}

/** The settings of a schema as a Markdown table, from the texts given with `.describe()`. */
export function describeEnv(schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(([name, field]) => {
    const type = field as z.ZodType;
    const standard = type.safeParse(undefined);
    const value = standard.success && standard.data !== undefined ? `\`${text(standard.data)}\`` : '';
    return `| \`${name}\` | ${value} | ${type.description ?? ''} |`;
  });
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
