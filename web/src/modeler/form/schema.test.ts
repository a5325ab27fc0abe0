import { describe, expect, it } from 'vitest';

import { edited, valueAt, type Part } from './fields';
import { written } from './schema';

const FIELD: Part = { id: 'Field_1', type: 'textfield', key: 'title', validate: { required: true } };

describe('a form that is written', () => {
  it('keeps the ids that it had, and none that the editor gave', () => {
    const original = { id: 'plan', type: 'default', components: [{ type: 'textfield', key: 'a' }] } as unknown as Part;
    const now: Part = { id: 'plan', type: 'default', components: [{ id: 'Field_0abc', type: 'textfield', key: 'a' }] };
    expect(JSON.parse(written(now, original))).toEqual(original);
  });
});

describe('a property that is edited', () => {
  it('leaves its neighbours, and goes with the last of them', () => {
    expect(edited(FIELD, 'validate.maxLength', 9)).toEqual({ validate: { required: true, maxLength: 9 } });
    expect(edited(FIELD, 'validate.required', undefined)).toEqual({ validate: undefined });
  });

  it('may be one of ours, whose name has a colon', () => {
    const next = { ...FIELD, ...edited(FIELD, 'properties.dudao:source', 'x') };
    expect(valueAt(next, 'properties.dudao:source')).toBe('x');
  });
});
