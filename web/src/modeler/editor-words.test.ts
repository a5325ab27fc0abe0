import { readdirSync, readFileSync } from 'node:fs';

import chinese from 'bpmn-js-i18n-zh/lib/bpmn-js';
import { describe, expect, it } from 'vitest';

import more from '../diagram/bpmn-words.json';
import dmn from './dmn-words.json';

const ASKED = /translate\(\s*(['"`])((?:(?!\1).)+)\1/g;
/** An example in a comment, and a piece of a shortcut. */
const NO_WORDS = new Set(['HELLO {you}', ' + shift + ']);

/** Every text that these packages ask to have translated. */
function asked(...packages: string[]): string[] {
  const found = new Set<string>();
  for (const name of packages) {
    const folder = new URL(`../../node_modules/${name}/lib/`, import.meta.url);
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.js')) continue;
      for (const [, , text] of readFileSync(new URL(file, folder), 'utf8').matchAll(ASKED)) {
        if (text && !text.includes('${')) found.add(text);
      }
    }
  }
  return [...found].filter((text) => !NO_WORDS.has(text));
}

describe('the editors in Chinese', () => {
  it('have a word for all that the drawing of models asks', () => {
    const words = { ...(chinese as Record<string, string>), ...more };
    expect(asked('bpmn-js', 'diagram-js').filter((text) => !(text in words))).toEqual([]);
  });

  it('have a word for all that the editor of decisions asks', () => {
    const packages = ['dmn-js', 'dmn-js-boxed-expression', 'dmn-js-decision-table', 'dmn-js-drd', 'dmn-js-literal-expression',
      'dmn-js-shared', 'diagram-js', 'table-js'];
    expect(asked(...packages).filter((text) => !(text in dmn))).toEqual([]);
  });
});
