// Compresses a freshly built site and moves what changed into the published one.
// Usage: node publish-site.mjs <new folder> <published folder>
// The new folder is used up. Files that are equal in both stay as they are, time stamps included.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);
const COMPRESSED = new Set(['.wasm', '.js', '.css', '.svg']);

const [fresh, published] = process.argv.slice(2);

const filesOf = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile())
    : [];

const isUnchanged = (name) =>
  existsSync(join(published, name)) &&
  readFileSync(join(fresh, name)).equals(readFileSync(join(published, name)));

async function compress(name) {
  const bytes = readFileSync(join(fresh, name));
  const params = {
    [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const [br, gz] = await Promise.all([brotli(bytes, { params }), gzip(bytes, { level: 9 })]);
  writeFileSync(join(fresh, `${name}.br`), br);
  writeFileSync(join(fresh, `${name}.gz`), gz);
}

const keep = new Set();
const todo = [];
for (const name of filesOf(fresh)) {
  const forms = COMPRESSED.has(extname(name)) ? [name, `${name}.br`, `${name}.gz`] : [name];
  forms.forEach((form) => keep.add(form));
  if (!isUnchanged(name) || forms.some((form) => !existsSync(join(published, form)))) {
    todo.push({ name, forms });
  }
}

// Everything that can fail comes before the first file moves.
await Promise.all(todo.filter(({ forms }) => forms.length > 1).map(({ name }) => compress(name)));

for (const form of todo.flatMap(({ forms }) => forms)) {
  mkdirSync(dirname(join(published, form)), { recursive: true });
  renameSync(join(fresh, form), join(published, form));
}
for (const name of filesOf(published)) {
  if (!keep.has(name)) rmSync(join(published, name));
}
rmSync(fresh, { recursive: true });

const kilobytes = (names) =>
  Math.round(names.reduce((bytes, name) => bytes + statSync(join(published, `${name}.br`)).size, 0) / 1000);
const program = filesOf(published).filter((name) => /\.(wasm|js)$/.test(name));
const first = program.filter((name) => dirname(name) !== join('pkg', 'parts'));
console.error(
  `    ${published}: ${todo.length} files changed; ` +
    `the program ${kilobytes(program)} kB compressed, ${kilobytes(first)} kB of it for the first page`,
);
