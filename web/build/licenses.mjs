/** Prints the notices of everything that is in the bundle: name, version, licence and its text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));

function textOf(folder) {
  const name = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
  return name ? readFileSync(join(folder, name), 'utf8').trim() : '';
}

const packages = Object.entries(lock.packages)
  .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.dev && !entry.devOptional)
  .filter(([path]) => existsSync(join(ROOT, path)))
  .map(([path]) => {
    const folder = join(ROOT, path);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { name, version, license: license ?? '', text: textOf(folder) };
  })
  .sort((a, b) => a.name.localeCompare(b.name));

for (const { name, version, license, text } of packages) {
  console.log(`${'='.repeat(72)}\n${name} ${version} (${license})\n\n${text}\n`);
}
