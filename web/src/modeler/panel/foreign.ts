import { is, list, type Moddle } from '../services';

export type Foreign = { name: string; value: string };

/** Extensions that are edited elsewhere in the panel. */
const OURS = new Set(['dudao:SignOff', 'camunda:In', 'camunda:Out']);
const HONOURED = new Set(
  (
    'assignee candidateUsers candidateGroups formKey dueDate followUpDate priority decisionRef resultVariable ' +
    'mapDecisionResult collection elementVariable delegateExpression asyncBefore'
  ).split(' '),
);

/** What other tools wrote: it has no effect here, is shown, and stays. */
export function foreignOf(element: Moddle): Foreign[] {
  const holder = element.get('extensionElements') as Moddle | undefined;
  return [
    ...Object.entries(element.$attrs)
      .filter(([name]) => !name.startsWith('xmlns'))
      .map(([name, value]) => ({ name, value: String(value) })),
    ...element.$descriptor.properties
      .filter(({ name, ns }) => ns.prefix === 'camunda' && !HONOURED.has(ns.localName) && isSet(element, name))
      .map(({ name }) => ({ name, value: String(element.get(name)) })),
    ...list(holder, 'values')
      .filter((value) => !OURS.has(value.$type) || (value.$type !== 'dudao:SignOff' && !is(element, 'bpmn:CallActivity')))
      .map((value) => ({ name: value.$type, value: said(value) })),
  ];
}

function isSet(element: Moddle, name: string): boolean {
  return Object.hasOwn(element, name) && element.get(name) !== undefined;
}

/** The attributes and the text of a generic element. */
function said(value: Moddle): string {
  const plain = Object.entries(value).filter(
    ([key, each]) => !key.startsWith('$') && ['string', 'number', 'boolean'].includes(typeof each),
  );
  return plain.map(([key, each]) => (key === 'value' || key === '$body' ? String(each) : `${key}=${String(each)}`)).join('; ');
}
