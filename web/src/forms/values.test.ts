import { describe, expect, it } from 'vitest';

import type { Component } from './pointers';
import { ownValues, sameValues, prepared } from './values';

const schema: Component = {
  type: 'default',
  components: [
    { type: 'textfield', id: 'a', key: 'title' },
    { type: 'textfield', id: 'b', key: 'unit.name' },
    { type: 'text', id: 'c' },
    { type: 'group', id: 'd', components: [{ type: 'number', id: 'e', key: 'count' }, { type: 'button', id: 'x' }] },
    { type: 'dynamiclist', id: 'f', path: 'rows', components: [{ type: 'textfield', id: 'g', key: 'text' }] },
    { type: 'button', id: 'y', key: 'submit' },
  ],
};

describe('the values of a form', () => {
  it('are those it has fields for; option lists and facts of the case stay behind', () => {
    const data = { title: 'x', unit: { name: 'y' }, count: 1, rows: [{ text: 'z' }], units: ['a'], stage: 'b' };
    expect(Object.keys(ownValues(schema, data))).toEqual(['title', 'unit', 'count', 'rows']);
  });

  it('are the same when only the order of names or an unset value differs', () => {
    expect(sameValues({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1, e: undefined })).toBe(true);
    expect(sameValues({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
    expect(sameValues({ a: null }, { a: '' })).toBe(false);
  });

  it('are sent by the bar of acts, so the buttons of a schema are left out', () => {
    const types = JSON.stringify(prepared(schema)).match(/"type":"button"/g);
    expect(types).toBeNull();
  });

  it('are all in sight, because no row of a list is collapsed', () => {
    const drawn = prepared(schema).components?.find((component) => component.type === 'dynamiclist');
    expect(drawn).toMatchObject({ path: 'rows', disableCollapse: true });
  });
});
