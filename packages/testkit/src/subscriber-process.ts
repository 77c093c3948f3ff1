import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

export type SubscriberProcess = Readonly<{
  /** Parsed lines of what it has printed, in order. */
  events(): readonly { id: string; type: string; subject: string }[];
  /** What it has said beside them. */
  said(): string;
  isOver(): boolean;
  exitCode(): number | null;
  kill(): Promise<void>;
}>;

/** One of the programs in examples/, as a user would start it: it is given its own variables and no others. */
export function startSubscriber(
  command: string,
  args: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): SubscriberProcess {
  const [file, ...rest] = args;
  const child = spawn(command, [join(examples, file), ...rest], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return {
    events: () =>
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { id: string; type: string; subject: string }),
    said: () => said,
    isOver,
    exitCode: () => child.exitCode,
    kill: async () => {
      if (isOver()) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
