/**
 * A live dashboard for Tablekeep: one GraphQL query gives all numbers, the event stream says when to ask again. Needs a
 * browser and nothing else: no build, no library. The token stays in this tab and is sent as a header, never in an address.
 */
const QUERY = `query Dashboard($from: DateTime!, $to: DateTime!) {
  environment
  overview(window: WEEK) { tablesProtected tablesAwaitingFirstBackup tablesRpoBreached tablesUnprotected
    tablesPolicyDisabled tablesPolicyUnplannable tablesExcluded }
  sessionStats(window: { from: $from, to: $to }, bucket: DAY) { bucketStart status sessions }
  policyHealth { policyName enabled overdue lastSuccessAt nextRunAt tablesRpoBreached }
  sessions(first: 8) { nodes { id type status policyName createdAt progressPercent } }
}`;
const DAYS = 14;
const DAY_MS = 86_400_000;
const STATUSES = { SUCCEEDED: 'blue', WARNING: 'amber', FAILED: 'red', CANCELED: 'grey' };
const PROTECTION = {
  tablesProtected: ['protected', 'blue'],
  tablesAwaitingFirstBackup: ['await their first backup', 'teal'],
  tablesRpoBreached: ['backed up too long ago', 'amber'],
  tablesUnprotected: ['unprotected', 'red'],
  tablesPolicyDisabled: ['policy disabled', 'purple'],
  tablesPolicyUnplannable: ['policy cannot be planned', 'purple'],
  tablesExcluded: ['excluded on purpose', 'grey'],
};

const [url, token] = [sessionStorage.getItem('url'), sessionStorage.getItem('token')];
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const byId = (id) => document.getElementById(id);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const showState = (text) => (byId('state').textContent = text);

async function load() {
  const to = new Date();
  const from = new Date(Math.floor(to.getTime() / DAY_MS - DAYS + 1) * DAY_MS);
  const body = JSON.stringify({ query: QUERY, variables: { from, to } });
  const { data, errors } = await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json();
  if (errors) throw new Error(errors[0].message);
  draw(data, from);
}

/** Reads the stream for as long as it lasts, from the last id on. `EventSource` cannot send a token; `fetch` can. */
async function follow(lastEventId, onBlock) {
  const silence = new AbortController();
  // Something comes at least every 15 seconds; after 45 without, the connection is taken for lost.
  const listen = () => setTimeout(() => silence.abort(), 45_000);
  let timer = listen();
  const answer = await fetch(`${url}/events?prefix=dev.tablekeep.session.,dev.tablekeep.task.`, {
    headers: { ...headers, ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: silence.signal,
  });
  if (!answer.ok) throw new Error((await answer.json()).errors[0].message);
  showState('live');
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    clearTimeout(timer);
    timer = listen();
    const blocks = (rest + read.value).split('\n\n');
    rest = blocks.pop();
    blocks.forEach(onBlock);
  }
}

/** However many events come, the numbers are asked for once a second. */
async function run() {
  let lastEventId;
  let isDue = false;
  const onBlock = async (block) => {
    lastEventId = /^id: (.+)$/mu.exec(block)?.[1] ?? lastEventId;
    if (isDue || !/^data: /mu.test(block)) return;
    isDue = true;
    await pause(1_000);
    isDue = false;
    await load().catch((error) => showState(`not live: ${error.message}`));
  };
  for (;;) {
    await load()
      .then(() => follow(lastEventId, onBlock))
      .catch((error) => showState(`not live: ${error.message}`));
    await pause(2_000 + Math.random() * 2_000);
  }
}

function draw({ environment, overview, sessionStats, policyHealth, sessions }, from) {
  byId('connect').hidden = true;
  byId('leave').hidden = document.querySelector('main').hidden = false;
  byId('environment').textContent = environment === 'AWS' ? '' : environment;
  const tables = Object.entries(PROTECTION).map(([field, [label, colour]]) => [label, colour, overview[field]]);
  chart('tables', 'Tables', tables.filter(some), bars(tables));
  const countOf = (status, day = '') =>
    sessionStats
      .filter((one) => one.status === status && one.bucketStart.startsWith(day))
      .reduce((sum, one) => sum + one.sessions, 0);
  const ended = (day) => Object.entries(STATUSES).map(([status, colour]) => [status, colour, countOf(status, day)]);
  const days = Array.from({ length: DAYS }, (_, i) => new Date(from.getTime() + i * DAY_MS).toISOString().slice(0, 10));
  const sums = days.map((day) => ended(day).reduce((sum, [, , count]) => sum + count, 0));
  const columns = days.map((day, i) => {
    const column = element('div', {}, ...bars(ended(day)), element('span', {}, sums[i] || ''));
    column.style.height = `${(sums[i] / Math.max(1, ...sums)) * 100}%`;
    const name = new Date(day).toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
    return element('div', { class: 'day' }, element('div', {}, column), element('span', {}, name));
  });
  chart('sessions', `Sessions of ${DAYS} days`, ended(), columns);
  const rows = policyHealth.map((policy) => [
    policy.enabled ? policy.policyName : `${policy.policyName} (disabled)`,
    marked(policy.overdue, when(policy.lastSuccessAt) + (policy.overdue ? ', overdue' : '')),
    when(policy.nextRunAt, 'not scheduled'),
    marked(policy.tablesRpoBreached > 0, policy.tablesRpoBreached),
  ]);
  byId('policies').replaceChildren(...rows.map((cells) => row({}, ...cells)));
  const latest = sessions.nodes.map(({ id, type, status, policyName, createdAt, progressPercent: value }) => {
    const progress = element('progress', { max: 100, value, 'aria-label': `${value} %` });
    const name = [type.toLowerCase().replace('_', ' '), policyName].filter(Boolean).join(', ');
    return row({ 'data-session': id }, name, element('span', { class: status }, status), progress, when(createdAt));
  });
  byId('latest').replaceChildren(...latest);
}

const some = ([, , count]) => count > 0;
/** Each takes its share of the room. */
function bars(parts) {
  return parts.filter(some).map(([label, colour, count]) => {
    const bar = element('i', { class: colour, title: `${label}: ${count}` });
    bar.style.flexGrow = count;
    return bar;
  });
}

/** For who cannot see the shapes, the numbers are the picture's name. */
function chart(id, title, parts, shapes) {
  byId(id).replaceChildren(...shapes);
  const numbers = parts.map(([label, , count]) => `${count} ${label}`).join(', ');
  byId(id).setAttribute('aria-label', `${title}: ${numbers}`);
  const entry = ([label, colour, count]) => element('li', {}, element('i', { class: colour }), `${count} ${label}`);
  byId(`${id}-legend`).replaceChildren(...parts.map(entry));
}

function element(name, attributes, ...content) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...content);
  return node;
}

const marked = (isLate, text) => element('span', isLate ? { class: 'late' } : {}, text);
const row = (attributes, ...cells) => element('tr', attributes, ...cells.map((cell) => element('td', {}, cell)));

function when(time, never = 'never') {
  const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  return time === null ? never : new Date(time).toLocaleString(undefined, parts);
}

byId('connect').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('url', byId('url').value.replace(/\/$/u, ''));
  sessionStorage.setItem('token', byId('token').value);
  location.reload();
});
byId('leave').addEventListener('click', () => {
  sessionStorage.clear();
  location.reload();
});
if (token) void run();
