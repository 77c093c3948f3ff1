/**
 * Compiles the frame of mails from MJML into a module that needs no MJML; `--check` fails when it is stale. The browser
 * build, because it is one package without dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const service = join(import.meta.dirname, '..', 'services', 'notification');
const file = join(service, 'src', 'domain', 'mail-frame.ts');

// It looks for the browser's global. No fonts: a mail that loads something tells its sender who reads it.
Object.assign(globalThis, { window: globalThis });
const { default: compile } = await import('mjml-browser');
const mjml = readFileSync(join(service, 'message.mjml'), 'utf8');
const { html, errors } = compile(mjml, { validationLevel: 'strict', fonts: {} });
if (errors.length > 0) throw new Error(errors.map((one) => one.formattedMessage).join('\n'));

const lines = html
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
  .join('\n');
const code = `// Generated from message.mjml by "npm run generate".\nexport const mailFrame = ${JSON.stringify(lines)
  .replaceAll('\\n', '\n')
  .replaceAll('\\"', '"')
  .replace(/^"/u, '`')
  .replace(/"$/u, '`')};\n`;
const wanted = await format(code, { ...(await resolveConfig(file)), filepath: file });
let found = '';
try {
  found = readFileSync(file, 'utf8');
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
if (wanted !== found) {
  if (process.argv.includes('--check')) {
    console.error('the frame of mails is stale, run "npm run generate"');
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
  }
}
