import { list, type Moddle } from '../services';
import { attribute, change, made, type Field, type HintWord, type FieldWord, type Section, type Target } from './field';
import { fixed } from './user-task';

const TYPE = 'dudao:SignOff';

function extensions(element: Moddle): Moddle | undefined {
  return element.get('extensionElements') as Moddle | undefined;
}

function signOff({ element }: Target): Moddle | undefined {
  return list(extensions(element), 'values').find((value) => value.$type === TYPE);
}

/** How several sign; choosing the first rule makes the element, choosing none takes it away. */
const RULE: Field = {
  word: 'signRule',
  kind: 'choice',
  hint: 'signRule',
  options: fixed('sign_rule', ['all', 'in_order', 'any', 'vote']),
  read: (target) => {
    const found = signOff(target);
    return found ? String(found.get('rule') ?? 'all') : '';
  },
  write: (target, value) => {
    const { element } = target;
    const found = signOff(target);
    const holder = extensions(element) ?? made('bpmn:ExtensionElements', element, { values: [] });
    if (value && found) return change(target, found, { rule: value });
    const others = list(holder, 'values').filter((each) => each !== found);
    const values = value ? [...others, made(TYPE, holder, { rule: value })] : others;
    // nothing is said in an empty holder: it goes too
    if (values.length === 0) return change(target, element, { extensionElements: undefined });
    if (!extensions(element)) change(target, element, { extensionElements: holder });
    change(target, holder, { values });
  },
};

const choice = (word: FieldWord, name: string, values: string[]): Field =>
  attribute(name, { word, kind: 'choice', options: fixed(`sign_${name}`, values) }, signOff);
const written = (word: FieldWord, name: string, hint?: HintWord): Field =>
  attribute(name, { word, kind: 'text', hint }, signOff);
const roles = (word: FieldWord, name: string): Field =>
  attribute(name, { word, kind: 'many', options: ({ vocabulary }) => vocabulary.groups }, signOff);

const EACH: Field[] = [
  choice('signPer', 'per', ['organisation', 'post', 'person']),
  attribute('signers', { word: 'signers', kind: 'expression', hint: 'signers' }, signOff),
];
const VOTE: Field[] = [
  written('share', 'share', 'share'),
  choice('shareIs', 'shareIs', ['at_least', 'more_than']),
  choice('shareOf', 'shareOf', ['all', 'cast']),
  written('quorum', 'quorum', 'share'),
  attribute('weight', { word: 'weight', kind: 'expression' }, signOff),
  roles('veto', 'veto'),
];
const END: Field[] = [
  choice('refusal', 'refusal', ['decides', 'counts']),
  choice('signEnds', 'ends', ['certain', 'heard']),
  choice('abstain', 'abstain', ['true', 'false']),
  attribute(
    'opinion',
    {
      word: 'signOpinion', kind: 'many',
      options: fixed('sign_opinion', ['agree', 'refuse', 'abstain', 'none']),
    },
    signOff,
  ),
  written('signResult', 'result', 'signResult'),
  choice('addSigner', 'addSigner', ['true', 'false']),
  choice('added', 'added', ['counted', 'advice']),
  roles('removeBy', 'removeBy'),
  attribute('least', { word: 'least', kind: 'number' }, signOff),
];

export function signOffOf(target: Target): Section {
  const rule = RULE.read(target);
  const fields = rule ? [RULE, ...EACH, ...(rule === 'vote' ? VOTE : []), ...END] : [RULE];
  return { word: 'sign', fields };
}
