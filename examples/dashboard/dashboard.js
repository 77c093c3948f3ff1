/**
 * A live dashboard for Tablekeep: one GraphQL query gives all numbers, the event stream says when to ask again. Needs a
 * browser and nothing else: no build, no library. The token stays in this tab and is sent as a header, never in an address.
 */
const DAYS = 14;
const DAY_MS = 86_400_000;
/** Something comes at least every 15 seconds; after this long without, the connection is taken for lost. */
const SILENCE_MS = 45_000;

const QUERY = `query Dashboard($from: DateTime!, $to: DateTime!) {
  environment
  overview(window: WEEK) {
    tablesProtected tablesAwaitingFirstBackup tablesRpoBreached tablesUnprotected
    tablesPolicyDisabled tablesPolicyUnplannable tablesExcluded
    storage { region storageClass points sizeBytes }
  }
  sessionStats(window: { from: $from, to: $to }, bucket: DAY) { bucketStart status sessions }
  policyHealth { policyId policyName enabled overdue lastSuccessAt nextRunAt tablesRpoBreached }
  sessions(first: 8) { nodes { id type status policyName createdAt progressPercent } }
}`;

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

const byId = (id) => document.getElementById(id);
let api = { url: sessionStorage.getItem('url'), token: sessionStorage.getItem('token') };
let data;

async function load() {
  const to = new Date();
  const from = new Date(Math.floor(to.getTime() / DAY_MS - DAYS + 1) * DAY_MS);
  const answer = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { from, to } }),
  });
  const { data: numbers, errors } = await answer.json();
  if (errors) throw new Error(errors[0].message);
  data = { ...numbers, from };
  draw();
}

/** Reads the stream for as long as it lasts, from the last event on. `EventSource` cannot send a token; `fetch` can. */
async function follow(lastEventId, onEvent) {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const answer = await fetch(`${api.url}/events?prefix=dev.tablekeep.session.,dev.tablekeep.task.`, {
    headers: { authorization: `Bearer ${api.token}`, ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: silence.signal,
  });
  if (!answer.ok) throw new Error((await answer.json()).errors[0].message);
  byId('state').textContent = 'live';
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) onEvent(/^id: (.+)$/mu.exec(block)?.[1], /^data: /mu.test(block));
  }
}

/** Numbers are asked for again at most once a second, however many events come. */
let isDue = false;
async function loadSoon() {
  if (isDue) return;
  isDue = true;
  await pause(1_000);
  isDue = false;
  await load().catch(showProblem);
}

async function run() {
  for (let lastEventId; ;) {
    try {
      await load();
      await follow(lastEventId, (id, isEvent) => {
        lastEventId = id ?? lastEventId;
        if (isEvent) void loadSoon();
      });
    } catch (error) {
      showProblem(error);
    }
    await pause(2_000 + Math.random() * 2_000);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const showProblem = (error) => (byId('state').textContent = `not live: ${error.message}`);

function draw() {
  byId('connect').hidden = true;
  byId('leave').hidden = false;
  document.querySelector('main').hidden = false;
  byId('environment').textContent = data.environment === 'AWS' ? '' : data.environment;
  drawTables(data.overview);
  drawSessions(data.sessionStats, data.from);
  byId('storage').replaceChildren(
    ...data.overview.storage.map(({ region, storageClass, points, sizeBytes }) =>
      row(region, storageClass.toLowerCase(), number(points), number(size(sizeBytes))),
    ),
  );
  byId('policies').replaceChildren(
    ...data.policyHealth.map((policy) => {
      const late = policy.overdue ? `${when(policy.lastSuccessAt)}, overdue` : when(policy.lastSuccessAt);
      return row(
        policy.enabled ? policy.policyName : `${policy.policyName} (disabled)`,
        element('span', { class: policy.overdue ? 'late' : '' }, late),
        when(policy.nextRunAt, 'not scheduled'),
        number(policy.tablesRpoBreached, policy.tablesRpoBreached > 0 ? 'late' : ''),
      );
    }),
  );
  byId('latest').replaceChildren(
    ...data.sessions.nodes.map((session) => {
      const what = session.type.toLowerCase().replace('_', ' ');
      const { id, status, progressPercent } = session;
      const progress = element('progress', { max: 100, value: progressPercent, 'aria-label': `${progressPercent} %` });
      const name = session.policyName === null ? what : `${what}, ${session.policyName}`;
      const line = row(name, element('span', { class: status }, status), progress, when(session.createdAt));
      line.dataset.session = id;
      return line;
    }),
  );
}

/** One bar in which each state has its share. */
function drawTables(overview) {
  const states = Object.entries(PROTECTION)
    .map(([field, [label, colour]]) => ({ label, colour, count: overview[field] }))
    .filter(({ count }) => count > 0);
  const svg = byId('tables');
  const width = svg.clientWidth;
  const all = states.reduce((sum, { count }) => sum + count, 0);
  let x = 0;
  const bars = states.map(({ label, colour, count }) => {
    const share = (count / all) * width;
    const bar = shape('rect', { x, y: 4, width: Math.max(1, share - 2), height: 40, rx: 3, class: colour });
    bar.append(shape('title', {}, `${label}: ${count}`));
    x += share;
    return bar;
  });
  show(svg, bars, states, 'Tables');
  legend('tables-legend', states);
}

/** A column for each day; its parts are stacked by how the sessions ended. */
function drawSessions(stats, from) {
  const svg = byId('sessions');
  const { clientWidth: width, clientHeight: height } = svg;
  const [left, right, bottom, top] = [32, 16, 20, 8];
  const days = Array.from({ length: DAYS }, (_, i) => {
    const day = new Date(from.getTime() + i * DAY_MS).toISOString().slice(0, 10);
    const ofDay = stats.filter(({ bucketStart }) => bucketStart.startsWith(day));
    const countOf = (status) =>
      ofDay.filter((one) => one.status === status).reduce((sum, one) => sum + one.sessions, 0);
    return { day, counts: Object.keys(STATUSES).map((status) => ({ status, count: countOf(status) })) };
  });
  const sums = days.map(({ counts }) => counts.reduce((sum, { count }) => sum + count, 0));
  const most = ceiling(Math.max(...sums));
  const y = (value) => height - bottom - (value / most) * (height - bottom - top);
  const step = (width - left - right) / DAYS;
  const grid = [0, most / 2, most].flatMap((value) => [
    shape('line', { x1: left, x2: width, y1: y(value), y2: y(value) }),
    shape('text', { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }, value),
  ]);
  const columns = days.flatMap(({ day, counts }, i) => {
    let below = 0;
    const parts = counts
      .filter(({ count }) => count > 0)
      .map(({ status, count }) => {
        const [y1, y2] = [y(below + count), y(below)];
        below += count;
        const place = { x: left + i * step + step * 0.15, y: y1, width: step * 0.7, height: Math.max(1, y2 - y1 - 1) };
        const part = shape('rect', { ...place, rx: 2, class: STATUSES[status] });
        part.append(shape('title', {}, `${day}, ${status}: ${count}`));
        return part;
      });
    const isLabelled = (DAYS - 1 - i) % 3 === 0;
    const label = { x: left + (i + 0.5) * step, y: height - 4, 'text-anchor': 'middle' };
    return isLabelled ? [...parts, shape('text', label, dayName(day))] : parts;
  });
  const totals = Object.entries(STATUSES).map(([status, colour]) => {
    const ofStatus = stats.filter((one) => one.status === status);
    return { label: status, colour, count: ofStatus.reduce((sum, { sessions }) => sum + sessions, 0) };
  });
  show(svg, [...grid, ...columns], totals, `Sessions of ${DAYS} days`);
  legend('sessions-legend', totals);
}

function dayName(day) {
  return new Date(day).toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

/** The next round number whose half is whole too. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [2, 4, 6, 8, 10, 20].map((n) => n * power).find((n) => n >= value);
}

/** For who cannot see the shapes, the numbers are the picture's name. */
function show(svg, shapes, parts, title) {
  svg.setAttribute('aria-label', `${title}: ${parts.map(({ label, count }) => `${count} ${label}`).join(', ')}`);
  svg.setAttribute('viewBox', `0 0 ${svg.clientWidth} ${svg.clientHeight}`);
  svg.replaceChildren(...shapes);
}

function legend(id, parts) {
  byId(id).replaceChildren(
    ...parts.map(({ label, colour, count }) =>
      element('li', {}, element('span', { class: colour }), `${count} ${label}`),
    ),
  );
}

function row(...cells) {
  return element('tr', {}, ...cells.map((cell) => (cell.tagName === 'TD' ? cell : element('td', {}, cell))));
}

function element(name, attributes, ...content) {
  return filled(document.createElement(name), attributes, content);
}

function shape(name, attributes, ...content) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, content);
}

function filled(node, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...content);
  return node;
}

function number(value, more = '') {
  return element('td', { class: `number ${more}` }, value);
}

function when(time, never = 'never') {
  if (time === null) return never;
  const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  return new Date(time).toLocaleString(undefined, parts);
}

function size(bytes) {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

byId('connect').addEventListener('submit', (event) => {
  event.preventDefault();
  api = { url: byId('url').value.replace(/\/$/u, ''), token: byId('token').value };
  for (const [name, value] of Object.entries(api)) sessionStorage.setItem(name, value);
  location.reload();
});
byId('leave').addEventListener('click', () => {
  sessionStorage.clear();
  location.reload();
});
new ResizeObserver(() => data && draw()).observe(document.body);
if (api.token) void run();
