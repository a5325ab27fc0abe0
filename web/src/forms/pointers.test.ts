import { describe, expect, it } from 'vitest';

import { formErrors, locate, type Component } from './pointers';

const schema: Component = {
  type: 'default',
  components: [
    { type: 'textfield', id: 'f_title', key: 'title', label: '标题' },
    { type: 'filepicker', id: 'f_files', key: 'evidence', label: '材料' },
    {
      type: 'group', id: 'g', path: 'reply', components: [
        { type: 'textfield', id: 'f_text', key: 'text', label: '答复' },
      ],
    },
    {
      type: 'group', id: 'plain', components: [{ type: 'textfield', id: 'f_in', key: 'inside', label: '内' }],
    },
    {
      type: 'dynamiclist', id: 'l_measures', path: 'measures', label: '措施', components: [
        { type: 'textarea', id: 'f_measure', key: 'text', label: '内容' },
        {
          type: 'dynamiclist', id: 'l_costs', path: 'costs', label: '经费', components: [
            { type: 'number', id: 'f_amount', key: 'amount', label: '金额' },
          ],
        },
      ],
    },
  ],
};

const fault = (pointer: string, detail = '不对') => ({ pointer, detail, code: 'x' });
const find = (pointer: string) => {
  const [found] = locate(schema, [fault(pointer)]);
  return [found?.place?.id ?? null, found?.indexes];
};

describe('a pointer of a refused form', () => {
  it('finds a plain field, with or without the envelope before it', () => {
    expect(find('/title')).toEqual(['f_title', []]);
    expect(find('/values/title')).toEqual(['f_title', []]);
    expect(find('#/values/title')).toEqual(['f_title', []]);
  });

  it('goes through groups that keep their fields in an object, and through those that do not', () => {
    expect(find('/values/reply/text')).toEqual(['f_text', []]);
    expect(find('/values/inside')).toEqual(['f_in', []]);
  });

  it('finds the row of a repeat group, nested ones too', () => {
    expect(find('/values/measures/2/text')).toEqual(['f_measure', [2]]);
    expect(find('/values/measures/1/costs/3/amount')).toEqual(['f_amount', [1, 3]]);
  });

  it('stays at the field when it points inside a value', () => {
    expect(find('/values/evidence/0')).toEqual(['f_files', []]);
  });

  it('can mean a list as a whole', () => {
    expect(find('/values/measures')).toEqual(['l_measures', []]);
  });

  it('has no place when the form does not know it', () => {
    expect(find('/values/other/deep/way')).toEqual([null, []]);
    expect(find('')).toEqual([null, []]);
  });

  it('becomes an error where form-js looks for it', () => {
    const located = locate(schema, [
      fault('/title', '太短'),
      fault('/title', '有错字'),
      fault('/measures/0/text', '空'),
      fault('/measures/2/costs/1/amount', '过大'),
      fault('/nowhere'),
    ]);
    expect(formErrors(located)).toEqual({
      f_title: ['太短', '有错字'],
      f_measure: { 0: ['空'] },
      f_amount: { 2: { 1: ['过大'] } },
    });
  });
});
