/**
 * Follows Tablekeep's live stream and prints each event as a line of JSON. Needs Node.js 20 or newer and nothing else.
 *
 *   TABLEKEEP_URL=http://127.0.0.1:4000 TABLEKEEP_TOKEN=tk_… node live-stream.mjs ['prefix=dev.tablekeep.session.']
 *
 * The id of the last event handled is kept in STATE_FILE (last-event-id.txt): whatever happens to the connection, to
 * Tablekeep or to this program, it goes on after that one. An event may be handled twice, if this program ends between
 * handling and writing the id down; `id` in the event tells.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

const url = process.env.TABLEKEEP_URL ?? 'http://127.0.0.1:4000';
const token = process.env.TABLEKEEP_TOKEN;
const stateFile = process.env.STATE_FILE ?? 'last-event-id.txt';
const filter = process.argv[2] ?? '';
/** Longer than Tablekeep is ever silent: it sends something every 15 seconds. */
const SILENCE_MS = 45_000;

let lastEventId = (await readFile(stateFile, 'utf8').catch(() => '')).trim();
let retryMs = 1_000;

if (!token) throw new Error('Set TABLEKEEP_TOKEN to an API token; READ_ONLY is enough.');
for (;;) {
  try {
    await follow();
    console.error('the stream has ended; connecting again');
  } catch (error) {
    console.error(`no stream: ${error.message}; connecting again`);
  }
  await wait(retryMs * (0.5 + Math.random()));
}

async function follow() {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('nothing was heard for long')), SILENCE_MS);
  try {
    const answer = await fetch(`${url}/events?${filter}`, {
      headers: { authorization: `Bearer ${token}`, ...(lastEventId && { 'last-event-id': lastEventId }) },
      signal: silence.signal,
    });
    if (!answer.ok) await refuse(answer);
    let rest = '';
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      timer.refresh();
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) await handle(block);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A request that will never be right ends the program; anything else may be right later. */
async function refuse(answer) {
  const text = await answer.text();
  if ([400, 401, 403].includes(answer.status)) {
    console.error(`Tablekeep refuses (${answer.status}): ${text}`);
    process.exit(1);
  }
  throw new Error(`${answer.status} ${text}`);
}

/** One block of the stream: lines of `field: value`; comments begin with a colon. */
async function handle(block) {
  const fields = {};
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/u.exec(line) ?? [];
    if (name) fields[name] = value;
  }
  if (fields.retry) retryMs = Number(fields.retry);
  if (fields.event === 'dev.tablekeep.stream.gap') console.error(`events are missing here: ${fields.data}`);
  else if (fields.data) console.log(fields.data);
  if (fields.id) await remember(fields.id);
}

/** Whole or not at all, also where the program ends meanwhile. */
async function remember(id) {
  if (id === lastEventId) return;
  lastEventId = id;
  await writeFile(`${stateFile}.new`, id);
  await rename(`${stateFile}.new`, stateFile);
}
