import { describe, expect, it } from 'vitest';

import type { Unit } from '../../api/types';
import { foundIn, treeOf } from './unit-tree';

function unit(id: string, parent: string | null): Unit {
  return {
    id, name: `单位${id}`, short_name: '', kind: 'school', code: `C-${id}`, parent_id: parent,
    is_sample: false, closed_on: null, revision: 1,
  };
}

const UNITS = [unit('b', 'a'), unit('a', null), unit('c', 'b'), unit('d', 'gone')];

describe('the tree of units', () => {
  it('has parents before what is below them, and nothing twice', () => {
    const rows = treeOf(UNITS, () => true);
    expect(rows.map((row) => [row.unit.id, row.depth])).toEqual([['a', 0], ['b', 1], ['c', 2], ['d', 0]]);
  });

  it('leaves out what is below a closed branch', () => {
    const rows = treeOf(UNITS, (id) => id === 'a');
    expect(rows.map((row) => [row.unit.id, row.hasBelow])).toEqual([['a', true], ['b', true], ['d', false]]);
  });

  it('is a plain list of what was looked for', () => {
    expect(foundIn(UNITS, 'c-B').map((row) => row.unit.id)).toEqual(['b']);
  });
});
