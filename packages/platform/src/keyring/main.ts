/** `npm run keyring -- create|export|rotate|import|add --file FILE`: export writes to standard output; import and add read standard input. */
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { existsSync } from 'node:fs';
import { addToKeyring, importKeyring, openKeyring, rotateKeyring } from './keyring.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { file: { type: 'string' } } });
const [command] = positionals;
if (values.file === undefined || !['create', 'export', 'rotate', 'import', 'add'].includes(command ?? '')) {
  console.error('usage: npm run keyring -- create|export|rotate|import|add --file FILE');
  process.exit(2);
}
if ((command === 'export' || command === 'rotate') && !existsSync(values.file)) {
  console.error(`there is no keyring at ${values.file}`);
  process.exit(1);
}
try {
  if (command === 'create') console.log(`current key: ${(await openKeyring(values.file)).currentKeyId}`);
  if (command === 'export') console.log((await openKeyring(values.file)).export());
  if (command === 'rotate') console.log(`current key: ${(await rotateKeyring(values.file)).currentKeyId}`);
  if (command === 'add')
    console.log(`current key: ${(await addToKeyring(values.file, await text(process.stdin))).currentKeyId}`);
  if (command === 'import')
    console.log(`current key: ${(await importKeyring(values.file, await text(process.stdin))).currentKeyId}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
