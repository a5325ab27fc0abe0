import { describe, expect, it } from 'vitest';

import type { Component } from './pointers';
import { namesIn, readForm } from './reading';

const WHO = 'c5d84fbe960448a9b09786cda267d718';

const schema = {
  type: 'default',
  components: [
    { type: 'text', text: '请逐项填写。' },
    { type: 'textfield', key: 'unit_name', label: '被督导单位' },
    { type: 'datetime', key: 'checked_on', dateLabel: '核查日期' },
    { type: 'radio', key: 'result', label: '结论', values: [{ value: 'done', label: '完成' }] },
    { type: 'taglist', key: 'verifiers', label: '核查人', valuesKey: 'verifier_options' },
    { type: 'checkbox', key: 'is_listed', label: '挂牌督办' },
    { type: 'textarea', key: 'opinion', label: '意见' },
    { type: 'group', path: 'clue', components: [{ type: 'textfield', key: 'text', label: '线索' }] },
    {
      type: 'dynamiclist', path: 'problems', label: '问题', components: [
        { type: 'textfield', key: 'title', label: '名称' },
        { type: 'textfield', key: 'facts', label: '事实' },
      ],
    },
    { type: 'filepicker', key: 'evidence', label: '附件' },
  ],
} as Component;

const reader = { names: { [WHO]: '戚成文' }, words: { yes: '是', no: '否', missing: '（未知）' } };

describe('a filled form that is read', () => {
  it('speaks in the words of its fields, of its options and of the people it names', () => {
    const values = {
      unit_name: '启明学校', checked_on: '2026-06-18', result: 'done', verifiers: [WHO, 'f'.repeat(32)],
      is_listed: false, clue: { text: '拖欠' },
    };
    const said = readForm(schema, values, reader).map((line) => line.kind === 'text' && `${line.label} ${line.text}`);
    expect(said).toEqual([
      '被督导单位 启明学校', '核查日期 2026-06-18', '结论 完成', '核查人 戚成文、（未知）', '挂牌督办 否', '线索 拖欠',
    ]);
  });

  it('tells a list row by row', () => {
    const [line] = readForm(schema, { problems: [{ title: '班额', facts: null }, { title: '占地' }] }, reader);
    expect(line).toMatchObject({ kind: 'rows', label: '问题', rows: [[{ text: '班额' }], [{ text: '占地' }]] });
  });

  it('leaves out what is empty, what only instructs, and files', () => {
    expect(readForm(schema, { unit_name: '', opinion: null, problems: [], evidence: ['x'] }, reader)).toEqual([]);
  });

  it('gives a long text a line of its own', () => {
    expect(readForm(schema, { opinion: '短' }, reader)[0]).toMatchObject({ isLong: true });
    expect(readForm(schema, { unit_name: '短' }, reader)[0]).toMatchObject({ isLong: false });
  });

  it('calls a choice what the list of the case calls it', () => {
    const form = { type: 'default', components: [{ type: 'select', key: 'unit', label: '牵头', valuesKey: 'units' }] };
    const names = namesIn({ units: [{ value: 'finance', label: '财务科' }], unit: 'finance', others: ['x', null] });
    expect(readForm(form as Component, { unit: 'finance' }, { ...reader, names })).toEqual([
      { kind: 'text', label: '牵头', text: '财务科', isLong: false },
    ]);
  });
});
