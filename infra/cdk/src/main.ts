import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tablekeepApp } from './tablekeep-app.ts';

// The CDK's own tool reads cdk.json and says where to write; without it this program does both, so that it needs no tool.
const folder = join(import.meta.dirname, '..');
const { context } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
const outdir = process.env['CDK_OUTDIR'] ?? join(folder, 'cdk.out');
try {
  console.log(tablekeepApp({ context, outdir }).synth().directory);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
