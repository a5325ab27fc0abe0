import { is, list, text, type Moddle } from '../services';
import { change, inner, type Field, type Section, type Target } from './field';

function gatewayOf({ element }: Target): Moddle | undefined {
  const from = element.get('sourceRef') as Moddle | undefined;
  return is(from, 'bpmn:ExclusiveGateway') ? from : undefined;
}

const CONDITION = inner('conditionExpression', { word: 'condition', hint: 'condition' });

const IS_DEFAULT: Field = {
  word: 'isDefault',
  kind: 'switch',
  hint: 'isDefault',
  read: (target) => (gatewayOf(target)?.get('default') === target.element ? 'true' : ''),
  write: (target, value) => {
    const gateway = gatewayOf(target);
    if (gateway) change(target, gateway, { default: value === 'true' ? target.element : undefined });
  },
};

const DEFAULT: Field = {
  word: 'defaultFlow',
  kind: 'choice',
  hint: 'isDefault',
  options: ({ element }) =>
    list(element, 'outgoing').map((flow) => {
      const to = flow.get('targetRef') as Moddle | undefined;
      return { value: flow.id ?? '', label: text(flow, 'name') || text(to, 'name') || (flow.id ?? '') };
    }),
  read: ({ element }) => (element.get('default') as Moddle | undefined)?.id ?? '',
  write: (target, value) => {
    const flow = list(target.element, 'outgoing').find((each) => each.id === value);
    change(target, target.element, { default: flow });
  },
};

export function flowOf(target: Target): Section[] {
  // a condition that stands elsewhere is shown too, so that it can be taken away
  const fields = gatewayOf(target) ? [CONDITION, IS_DEFAULT] : CONDITION.read(target) ? [CONDITION] : [];
  return fields.length > 0 ? [{ word: 'way', fields }] : [];
}

export const GATEWAY: Section = { word: 'way', fields: [DEFAULT] };
