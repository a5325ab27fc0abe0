import type { Moddle } from '../services';
import { attribute, flag, inner, type Field, type Section, type Target } from './field';
import { fixed } from './user-task';

const REFERENCE = /^[#$]\{\s*(.*?)\s*\}$/;

const HANDLER = attribute('camunda:delegateExpression', {
  word: 'handler', kind: 'choice', options: ({ vocabulary }) => vocabulary.handlers,
});
const RESULT = attribute('camunda:resultVariable', { word: 'resultVariable', kind: 'text', hint: 'variable' });

export const SERVICE: Section = {
  word: 'automatic',
  fields: [
    {
      ...HANDLER,
      read: (target) => HANDLER.read(target).replace(REFERENCE, '$1'),
      write: (target, value) => {
        HANDLER.write(target, value && `\${${value}}`);
      },
    },
    flag('camunda:asyncBefore', { word: 'asyncBefore', hint: 'asyncBefore' }),
  ],
};

const FORMAT = attribute('scriptFormat', { word: 'script', kind: 'text' });
const SCRIPT = attribute('script', { word: 'script', kind: 'expression', hint: 'feel' });

export const SCRIPTED: Section = {
  word: 'automatic',
  fields: [
    {
      ...SCRIPT,
      write: (target, value) => {
        SCRIPT.write(target, value);
        // one language is run; whoever writes a script here means it
        if (FORMAT.read(target) !== 'feel') FORMAT.write(target, 'feel');
      },
    },
    RESULT,
  ],
};

export const RULES: Section = {
  word: 'automatic',
  fields: [
    attribute('camunda:decisionRef', {
      word: 'decisionRef', kind: 'choice', options: ({ vocabulary }) => vocabulary.decisions,
    }),
    RESULT,
    attribute('camunda:mapDecisionResult', {
      word: 'mapDecisionResult', kind: 'choice',
      options: fixed('map', ['singleEntry', 'singleResult', 'collectEntries', 'resultList']),
    }),
  ],
};

export const CALL: Section = {
  word: 'automatic',
  fields: [
    attribute('calledElement', {
      word: 'calledElement', kind: 'choice', options: ({ vocabulary }) => vocabulary.processes,
    }),
  ],
};

function loop({ element }: Target): Moddle | undefined {
  const found = element.get('loopCharacteristics') as Moddle | undefined;
  return found?.$instanceOf('bpmn:MultiInstanceLoopCharacteristics') ? found : undefined;
}

const MULTI: Field[] = [
  attribute('camunda:collection', { word: 'collection', kind: 'expression' }, loop),
  attribute('camunda:elementVariable', { word: 'elementVariable', kind: 'text', hint: 'variable' }, loop),
  inner('loopCardinality', { word: 'loopCardinality' }, loop),
  inner('completionCondition', { word: 'completionCondition', hint: 'completionCondition' }, loop),
  flag('isSequential', { word: 'isSequential' }, loop),
];

/** Of a sub-process whose steps are all open at once. */
export const AD_HOC: Section = {
  word: 'automatic',
  fields: [inner('completionCondition', { word: 'completionCondition', hint: 'completionCondition' })],
};

/** Of an activity that is done for each item; the marker itself is set on the drawing or below. */
export function multiOf(target: Target): Section[] {
  return loop(target) ? [{ word: 'multi', fields: MULTI }] : [];
}
