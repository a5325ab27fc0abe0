import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { EDITOR_CODE, FORM_CODE, FORM_WORDS, PART_NAMES } from '../../build/form-words';
import { SIMULATION_CODE } from '../../build/simulation-words';
import en from './en';
import zh from './zh-CN';

const SOURCE = join(import.meta.dirname, '..');

function flat(node: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(node).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string'
        ? [[prefix + key, value]]
        : [...flat(value as object, `${prefix}${key}.`)],
    ),
  );
}

function sources(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|schema\.d/.test(name))
    .map((name) => readFileSync(join(SOURCE, name), 'utf8'));
}

/** Keys written in the code: whole ones, and the patterns of those put together (`tab.${name}`). */
function used(): { keys: Set<string>; patterns: RegExp[] } {
  const keys = new Set<string>([...Object.values(FORM_WORDS), ...Object.values(PART_NAMES)]);
  const replaced = [FORM_CODE, EDITOR_CODE, ...Object.values(SIMULATION_CODE)].flatMap(Object.values);
  for (const code of replaced as string[]) {
    for (const [, key] of code.matchAll(/__formWord\('([^']+)'/g)) if (key) keys.add(key);
  }
  const patterns: RegExp[] = [];
  for (const code of sources()) {
    for (const [, key] of code.matchAll(/'([a-z_]+(?:\.[\w-]+)*)'/gi)) if (key) keys.add(key);
    for (const [, key] of code.matchAll(/\bt\(\s*`([^`]+)`/g)) {
      const escaped = (key ?? '').split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
      patterns.push(new RegExp(`^${escaped.join('[^.]+')}$`));
    }
  }
  return { keys, patterns };
}

describe('the dictionaries', () => {
  const chinese = flat(zh);
  const english = flat(en);
  const { keys, patterns } = used();

  it('have the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });

  it('have the same placeholders in both languages', () => {
    const holes = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    for (const [key, text] of chinese) expect([key, holes(english.get(key))]).toEqual([key, holes(text)]);
  });

  it('have no key that nothing uses', () => {
    const unused = [...chinese.keys()].filter(
      (key) => !keys.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  it('have every key that the code asks for', () => {
    const asked = sources().flatMap((code) =>
      [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key]) => key ?? ''),
    );
    const wanted = new Set([...asked, ...Object.values(FORM_WORDS), ...Object.values(PART_NAMES)]);
    expect([...wanted].filter((key) => !chinese.has(key))).toEqual([]);
    for (const pattern of patterns) {
      expect([pattern.source, [...chinese.keys()].some((key) => pattern.test(key))]).toEqual([pattern.source, true]);
    }
  });

  it('never leave a text empty', () => {
    for (const [key, text] of [...chinese, ...english]) expect([key, text.trim()]).not.toEqual([key, '']);
  });
});
