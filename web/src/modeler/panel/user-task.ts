import { entriesOf } from '../elements';
import { definitionsOf } from '../services';
import type { Option } from '../vocabulary';
import { attribute, type Context, type Field, type Section } from './field';

const AUDIENCES = ['internal', 'unit', 'superior', 'public'] as const;
const SEND_BACK = ['any', 'previous', 'none'] as const;

/** A closed list, called by words of ours. */
export function fixed(group: string, values: readonly string[]): () => Option[] {
  return () => values.map((value) => ({ value, label: value, word: `${group}_${value}` as Option['word'] }));
}

function otherTasks({ modeler, element }: Context): Option[] {
  return entriesOf(definitionsOf(modeler))
    .filter((entry) => entry.kind === 'user' && entry.id !== element.id)
    .map(({ id, name }) => ({ value: id, label: name || id }));
}

const yes = (word: Field['word'], name: string, hint?: Field['hint']): Field => {
  const field = attribute(name, { word, kind: 'switch', hint });
  return { ...field, read: (target) => (field.read(target) === 'true' ? 'true' : '') };
};

export const WHO: Section = {
  word: 'who',
  fields: [
    attribute('camunda:candidateGroups', {
      word: 'candidateGroups', kind: 'many', options: ({ vocabulary }) => vocabulary.groups,
    }),
    attribute('camunda:assignee', { word: 'assignee', kind: 'expression', hint: 'person' }),
    attribute('camunda:candidateUsers', { word: 'candidateUsers', kind: 'expression', hint: 'persons' }),
    attribute('dudao:organisation', { word: 'organisation', kind: 'expression', hint: 'organisation' }),
    attribute('dudao:separateFrom', { word: 'separateFrom', kind: 'many', options: otherTasks }),
    attribute('dudao:audience', {
      word: 'audience', kind: 'choice', options: fixed('audience', AUDIENCES), hint: 'audience',
    }),
  ],
};

const FORM = attribute('camunda:formKey', {
  word: 'formKey', kind: 'choice', options: ({ vocabulary }) => vocabulary.forms,
});

/** What a case is begun with. */
export const STARTED: Section = { word: 'work', fields: [FORM] };

export const WORK: Section = {
  word: 'work',
  fields: [
    FORM,
    attribute('dudao:completion', {
      word: 'completion', kind: 'choice', options: ({ vocabulary }) => vocabulary.handlers, hint: 'completion',
    }),
    attribute('dudao:sendBack', {
      word: 'sendBack', kind: 'choice', options: fixed('send_back', SEND_BACK), hint: 'sendBack',
    }),
    attribute('dudao:opinionFor', { word: 'opinionFor', kind: 'text', hint: 'opinionFor' }),
    attribute('dudao:outcomeField', { word: 'outcomeField', kind: 'text' }),
    attribute('dudao:opinionField', { word: 'opinionField', kind: 'text' }),
    yes('neverAuto', 'dudao:neverAuto', 'neverAuto'),
    yes('bulk', 'dudao:bulk', 'bulk'),
    attribute('camunda:priority', { word: 'priority', kind: 'number', hint: 'priority' }),
  ],
};

export const DEADLINE: Field[] = [
  attribute('dudao:deadline', {
    word: 'deadline', kind: 'choice', orExpression: true, options: ({ vocabulary }) => vocabulary.deadlines,
  }),
  attribute('dudao:deadlineFrom', { word: 'deadlineFrom', kind: 'expression', hint: 'deadlineFrom' }),
];

export const TIME: Section = {
  word: 'time',
  fields: [
    ...DEADLINE,
    attribute('camunda:dueDate', { word: 'dueDate', kind: 'expression', hint: 'dueDate' }),
    attribute('camunda:followUpDate', { word: 'followUpDate', kind: 'expression' }),
  ],
};
