import Database from 'better-sqlite3';
import type { Environment } from '@tablekeep/schema/events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A data folder that this process may use and no other. */
export type DataFolder = Readonly<{ path: string; file(name: string): string; unlock(): void }>;

export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/**
 * Opens the folder for this process and this environment. One process at a time: the lock is SQLite's own lock on a
 * file, which the operating system frees when the process dies, however it dies. One environment for life: a folder
 * that has held emulated tables never serves a real account, nor the other way round.
 */
export async function openDataFolder(path: string, environment: Environment): Promise<DataFolder> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o700);
  const lock = new Database(join(path, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new DataFolderError(
      `The data folder ${path} is in use by another Tablekeep process. Stop that one first, or choose another folder with DATA_DIR.`,
    );
  }
  try {
    await markEnvironment(join(path, 'environment'), environment, path);
  } catch (error) {
    lock.close();
    throw error;
  }
  return { path, file: (name) => join(path, name), unlock: () => lock.close() };
}

async function markEnvironment(file: string, environment: Environment, folder: string): Promise<void> {
  try {
    await writeFile(file, `${environment}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const found = (await readFile(file, 'utf8')).trim();
    if (found !== environment) {
      throw new DataFolderError(
        `The data folder ${folder} belongs to environment ${found} for life; this start is ${environment}. Choose another DATA_DIR.`,
      );
    }
  }
}
