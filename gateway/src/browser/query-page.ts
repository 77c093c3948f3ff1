import { createHash } from 'node:crypto';

const STYLE = `
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; background: #fff; }
label { display: block; margin-top: 1rem; }
input, textarea { box-sizing: border-box; width: 100%; padding: 0.4rem; }
textarea, pre { font: 14px/1.4 ui-monospace, monospace; }
button { margin: 1rem 0; padding: 0.4rem 1.2rem; }
pre { background: #f4f4f4; min-height: 4rem; overflow: auto; padding: 0.8rem; white-space: pre-wrap; }
`;

/** A link fills the query in and never runs it: that takes the token, which is kept nowhere, and a person's click. */
const SCRIPT = `
const at = (id) => document.getElementById(id);
at('query').value = new URLSearchParams(location.search).get('query') ?? '{ environment accounts { name } }';
at('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  at('result').textContent = '…';
  at('run').disabled = true;
  try {
    const answer = await fetch(location.pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ' + at('token').value.trim() },
      body: JSON.stringify({ query: at('query').value }),
    });
    const text = await answer.text();
    try {
      at('result').textContent = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      at('result').textContent = answer.status + ' ' + text;
    }
  } catch (error) {
    at('result').textContent = 'No answer: ' + error.message;
  } finally {
    at('run').disabled = false;
  }
});
`;

/** The same for every request, so that nothing of a link is ever written into it. */
export const queryPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tablekeep</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Tablekeep</h1>
<p>Read a query that came with a link before you run it: it runs with all that your token may do.</p>
<form id="form">
<label for="token">API token</label>
<input id="token" type="password" required autocomplete="off" spellcheck="false">
<label for="query">GraphQL query</label>
<textarea id="query" rows="12" required spellcheck="false"></textarea>
<button id="run">Run</button>
</form>
<pre id="result" aria-live="polite"></pre>
<script>${SCRIPT}</script>
</body>
</html>
`;

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The page loads nothing, runs nothing but its own text, talks to its own origin alone, and stands in no frame. */
export const queryPageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)}`,
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
