import { docOf, topicsOf } from '../src/event-docs/index.ts';
import { topics, type EventType } from '../src/events.ts';
import { branchesOf, eventTypes, jsonSchemaOf, type JsonSchema } from './json-schema.ts';

/** How deep a table of fields goes; the JSON Schema has all of them. */
const DEPTH = 3;

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: light-dark(#0b57d0, #8ab4f8) }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem }
a { color: var(--accent) }
code, pre { font-family: ui-monospace, monospace; font-size: 0.875em; overflow-wrap: anywhere }
pre { background: var(--soft); padding: 0.75rem; overflow-x: auto; border-radius: 6px }
table { border-collapse: collapse; width: 100%; display: block; overflow-x: auto }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; border-bottom: 1px solid var(--line) }
h2 { margin-top: 3rem; border-bottom: 2px solid var(--line) }
h3 { margin-top: 2.5rem; overflow-wrap: anywhere }
.audience { font-size: 0.75rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0.1rem 0.6rem; vertical-align: middle }
nav ul { columns: 20rem; padding-left: 1.25rem }
`;

/** All event types on one page that needs nothing else. */
export function eventsPage(): string {
  const sections = topics.map((topic) => {
    const types = eventTypes.filter((type) => topicsOf(type)[0] === topic);
    return types.length === 0 ? '' : `<h2>${topic}</h2>${types.map(section).join('\n')}`;
  });
  const links = eventTypes.map((type) => `<li><a href="#${type}"><code>${type}</code></a></li>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>Tablekeep events</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Tablekeep events</h1>
<p>CloudEvents 1.0 with JSON data. How to subscribe is in <a href="../events.md">events.md</a>; the machine-readable form is
<a href="../../schema/events/asyncapi.json">asyncapi.json</a>. Made from <code>schema/src</code> by <code>npm run generate</code>.</p>
<nav><ul>${links}</ul></nav>
${sections.join('\n')}
</body>
</html>
`;
}

function section(type: EventType): string {
  const doc = docOf(type);
  const schema = jsonSchemaOf(type);
  const rows = fieldRows(schema, '', DEPTH).map(
    ({ path, what, required, description }) =>
      `<tr><td><code>${escape(path)}</code></td><td>${escape(what)}${required ? '' : ' <em>may be absent</em>'}</td><td>${escape(description)}</td></tr>`,
  );
  const examples = (doc?.examples ?? []).map(
    ({ name, data }) =>
      `<details><summary>Example: ${escape(name)}</summary><pre>${escape(JSON.stringify(data, null, 2))}</pre></details>`,
  );
  return `<section>
<h3 id="${type}"><code>${type}</code> <span class="audience">${audienceText(type)}</span></h3>
<p>${escape(doc?.summary ?? '')} ${escape(doc?.more ?? '')}</p>
<p>Sent by ${doc?.sentBy.join(', ') ?? 'nobody'}; topic ${topicsOf(type)
    .map((topic) => `<code>${topic}</code>`)
    .join(', ')}; subject and key: ${escape(doc?.subject ?? '')}.
<a href="../../schema/events/${type}.schema.json">JSON Schema</a></p>
<table><thead><tr><th>field</th><th>type</th><th>meaning</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>
${examples.join('\n')}
</section>`;
}

type Row = Readonly<{ path: string; what: string; required: boolean; description: string }>;

function fieldRows(schema: JsonSchema, path: string, depth: number): Row[] {
  return branchesOf(schema).flatMap((branch) =>
    Object.entries(branch.properties ?? {}).flatMap(([name, field]) => {
      const here = path === '' ? name : `${path}.${name}`;
      const required = branch.required?.includes(name) ?? false;
      const row = { path: here, what: typeText(field), required, description: field.description ?? '' };
      if (depth <= 1) return [row];
      const items = branchesOf(field).flatMap(({ items: inner }): JsonSchema[] => (inner ? [inner] : []));
      return [
        row,
        ...fieldRows(field, here, depth - 1),
        ...items.flatMap((one) => fieldRows(one, `${here}[]`, depth - 1)),
      ];
    }),
  );
}

function typeText(schema: JsonSchema): string {
  const texts = branchesOf(schema).map((branch) => {
    if (branch.const !== undefined) return JSON.stringify(branch.const);
    if (branch.enum) return branch.enum.map((value) => String(value)).join(' | ');
    if (branch.items) return `list of ${typeText(branch.items)}`;
    return [branch.type ?? 'anything'].flat().join(' | ');
  });
  return [...new Set(texts)].join(' | ');
}

export function audienceText(type: EventType): string {
  switch (docOf(type)?.audience) {
    case 'PUBLIC':
      return 'public';
    case 'ADMIN':
      return 'admins only';
    case 'INTERNAL':
    case undefined:
      return 'internal';
  }
}

/** The table of types in docs/events.md. */
export function typesTable(): string {
  const shown = eventTypes.filter((type) => docOf(type)?.audience !== 'INTERNAL');
  const rows = shown.map(
    (type) => `| [\`${type}\`](events/index.html#${type}) | ${audienceText(type)} | ${docOf(type)?.summary ?? ''} |`,
  );
  return ['| type | who may see it | told when |', '| --- | --- | --- |', ...rows].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/gu, (char) => ENTITIES[char] ?? char);
}
