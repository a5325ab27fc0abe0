/** Adds up what the first page fetches (gzip) and fails the build above the limit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 390;
const DIST = process.argv[2] ?? join(import.meta.dirname, '..', 'dist');

const manifest = JSON.parse(readFileSync(join(DIST, '.vite', 'manifest.json'), 'utf8'));

function collect(key, found = new Set()) {
  const chunk = manifest[key];
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const sheet of chunk.css ?? []) found.add(sheet);
  for (const next of chunk.imports ?? []) collect(next, found);
  return found;
}

const files = ['index.html', ...collect('index.html')];
const sizes = files.map((file) => [file, gzipSync(readFileSync(join(DIST, file))).length / 1024]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0);
for (const [file, size] of sizes) console.log(`${size.toFixed(1).padStart(8)} KB  ${file}`);
console.log(`${total.toFixed(1).padStart(8)} KB  first page, limit ${LIMIT_KB} KB`);
if (total > LIMIT_KB) process.exit(1);
