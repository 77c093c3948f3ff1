import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  jars: z.array(z.object({ path: z.string(), sha256: z.string() })),
});

const AT_ONCE = 8;
const TRIES = 4;

/**
 * The class path of a server, from a Maven repository, each jar checked against the digest in jars/NAME.json and kept in
 * `cache`. Throws where a jar cannot be had or is not the one expected.
 */
export async function classPath(
  name: string,
  options: Readonly<{ cache: string; repository: string }>,
): Promise<string> {
  const file = join(import.meta.dirname, '..', 'jars', `${name}.json`);
  const { jars } = manifest.parse(JSON.parse(await readFile(file, 'utf8')));
  const waiting = [...jars];
  const worker = async (): Promise<void> => {
    for (let jar = waiting.pop(); jar; jar = waiting.pop()) await ensureJar(jar, options);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return jars.map((jar) => join(options.cache, jar.path)).join(':');
}

async function ensureJar(
  jar: Readonly<{ path: string; sha256: string }>,
  { cache, repository }: Readonly<{ cache: string; repository: string }>,
): Promise<void> {
  const file = join(cache, jar.path);
  if ((await digestOf(file)) === jar.sha256) return;
  const url = `${repository.replace(/\/$/u, '')}/${jar.path}`;
  const body = await download(url);
  const found = sha256(body);
  if (found !== jar.sha256)
    throw new Error(`${url} is not the file expected: its SHA-256 is ${found}, not ${jar.sha256}`);
  await mkdir(dirname(file), { recursive: true });
  // Another process may be doing the same: the file appears whole or not at all.
  const part = `${file}.${process.pid}`;
  await writeFile(part, body);
  await rename(part, file);
}

async function download(url: string): Promise<Buffer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
      if (!response.ok) throw new Error(`it answered ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    } catch (error) {
      if (attempt === TRIES) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`${url} cannot be had: ${why}. MAVEN_REPOSITORY names another repository.`, { cause: error });
      }
    }
  }
}

async function digestOf(file: string): Promise<string | null> {
  try {
    return sha256(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
