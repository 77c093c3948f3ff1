// Runs under whatever Node started it, so it must stay plain JavaScript that old versions parse.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Tablekeep needs Node.js 24 or newer; this is ${process.version}.\n` +
      'The project brings its own: run "npm ci" without --ignore-scripts (its "node" package installs Node 24),\n' +
      'then start through npm scripts ("npm run demo", "npm start", "npm test").',
  );
  process.exit(78);
}
