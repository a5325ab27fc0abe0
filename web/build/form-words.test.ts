import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { describe, expect, it } from 'vitest';

import { rewrite, rewriteEditor } from './form-words.ts';

const entry = createRequire(import.meta.url).resolve('@bpmn-io/form-js-viewer/package.json');
const source = readFileSync(entry.replace('package.json', 'dist/index.es.js'), 'utf8');

const editorEntry = createRequire(import.meta.url).resolve('@bpmn-io/form-js-editor/package.json');
const editor = readFileSync(editorEntry.replace('package.json', 'dist/index.es.js'), 'utf8');

describe('the words of the form editor', () => {
  it('are all found in the installed version', () => {
    expect(rewriteEditor(editor).missing).toEqual([]);
  });
});

describe('the words of form-js', () => {
  it('are all found in the installed version', () => {
    expect(rewrite(source).missing).toEqual([]);
  });

  it('carry their values over', () => {
    const { code } = rewrite(source);
    expect(code).toContain("__formWord('form.min', validation.min)");
    expect(code).toContain("__formWord('form.removeRow', itemIndex + 1)");
    expect(code).not.toContain('Field is required.');
  });

  it('are named when an upgrade drops one', () => {
    expect(rewrite(source.replaceAll('Field is required.', 'Required.')).missing).toEqual(['Field is required.']);
  });

  it('leave no other English sentence to the reader', () => {
    const { code } = rewrite(source);
    const pushed = [...code.matchAll(/errors\.push\((['"`])(.*?)\1/g)].map(([, , text]) => text);
    expect(pushed).toEqual([]);
  });
});
