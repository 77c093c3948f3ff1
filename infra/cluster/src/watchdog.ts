import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Processes must not outlive the one that started them, however that ends: a shell is told of each that begins and ends,
 * and when its input closes it kills those that are left. A frozen one too.
 */
export type Watchdog = Readonly<{ began(pid: number): void; ended(pid: number): void; stop(): void }>;

const SCRIPT = `
while read sign pid; do
  if [ "$sign" = + ]; then alive="$alive $pid "; else alive=$(printf %s "$alive" | sed "s/ $pid //"); fi
done
[ -z "$alive" ] || kill -9 $alive 2>/dev/null
exit 0`;

export function startWatchdog(): Watchdog {
  const shell = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.unref();
  (shell.stdin as Socket).unref();
  const tell = (line: string) => shell.stdin.writable && shell.stdin.write(`${line}\n`);
  return {
    began: (pid) => void tell(`+ ${pid}`),
    ended: (pid) => void tell(`- ${pid}`),
    stop: () => shell.stdin.end(),
  };
}
