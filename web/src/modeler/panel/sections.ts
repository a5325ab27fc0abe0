import { is, type Moddle } from '../services';
import { CALL, multiOf, RULES, SCRIPTED, SERVICE } from './automatic';
import { eventOf, RECEIVE } from './events';
import type { Section, Target } from './field';
import { BASIS, DOCUMENTATION, ID_FIELD, NAME } from './general';
import { signOffOf } from './sign-off';
import { TIME, WHO, WORK } from './user-task';
import { flowOf, GATEWAY } from './ways';

/** What of an element can be edited: what the engine honours (docs/authoring.md), and nothing else. */
export function sectionsOf(target: Target): Section[] {
  const { element } = target;
  const isNode = is(element, 'bpmn:FlowNode');
  const general = [NAME, ID_FIELD, ...(isNode ? [BASIS] : []), DOCUMENTATION];
  return [{ word: 'general', fields: general }, ...own(target, element)];
}

function own(target: Target, element: Moddle): Section[] {
  if (is(element, 'bpmn:UserTask')) {
    return [WHO, WORK, TIME, ...multiOf(target), signOffOf(target)];
  }
  if (is(element, 'bpmn:ServiceTask', 'bpmn:SendTask')) return [SERVICE];
  if (is(element, 'bpmn:ScriptTask')) return [SCRIPTED];
  if (is(element, 'bpmn:BusinessRuleTask')) return [RULES];
  if (is(element, 'bpmn:ReceiveTask')) return [RECEIVE];
  if (is(element, 'bpmn:CallActivity')) return [CALL, ...multiOf(target)];
  if (is(element, 'bpmn:SubProcess')) return multiOf(target);
  if (is(element, 'bpmn:SequenceFlow')) return flowOf(target);
  if (is(element, 'bpmn:ExclusiveGateway')) return [GATEWAY];
  return eventOf(target);
}

/** The process for a pool; the element itself for everything else. */
export function editedOf(element: Moddle): Moddle {
  const process = is(element, 'bpmn:Participant') ? element.get('processRef') : undefined;
  return (process as Moddle | undefined) ?? element;
}
