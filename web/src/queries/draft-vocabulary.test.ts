import { describe, expect, it } from 'vitest';

import { named } from './draft-vocabulary';

const MANIFEST = `
[family]
name = "走访"
[roles.clerk]              # a group
name = "经办人"
relation = "office"
[roles.head]
name = "负责人"
[messages.danger]
name = "报告险情"
[[deadlines]]
key = "answer"
name = "答复"
[[deadlines]]
name = "没有标识"
`;

describe('what a manifest names', () => {
  it('is read table by table', () => {
    expect(named(MANIFEST, 'roles')).toEqual([
      { value: 'clerk', label: '经办人' },
      { value: 'head', label: '负责人' },
    ]);
  });

  it('is read row by row, and what has no key is left out', () => {
    expect(named(MANIFEST, 'deadlines')).toEqual([{ value: 'answer', label: '答复' }]);
  });
});
