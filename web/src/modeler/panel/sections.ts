import { is, type Moddle } from '../services';
import { AD_HOC, CALL, multiOf, RULES, SCRIPTED, SERVICE } from './automatic';
import { eventOf, RECEIVE } from './events';
import type { Section, Target } from './field';
import { BASIS, DOCUMENTATION, ID_FIELD, NAME } from './general';
import { signOffOf } from './sign-off';
import { STARTED, TIME, WHO, WORK } from './user-task';
import { flowOf, GATEWAY } from './ways';

/** What of an element can be edited: what the engine honours (docs/authoring.md), and nothing else. */
export function sectionsOf(target: Target): Section[] {
  const { element } = target;
  const general = [NAME, ID_FIELD, ...(is(element, 'bpmn:Activity') ? [BASIS] : []), DOCUMENTATION];
  return [{ word: 'general', fields: general }, ...own(target, element)];
}

function own(target: Target, element: Moddle): Section[] {
  if (is(element, 'bpmn:UserTask')) {
    return [WHO, WORK, TIME, ...multiOf(target), signOffOf(target)];
  }
  if (is(element, 'bpmn:ServiceTask', 'bpmn:SendTask')) return [SERVICE, ...multiOf(target)];
  if (is(element, 'bpmn:ScriptTask')) return [SCRIPTED, ...multiOf(target)];
  if (is(element, 'bpmn:BusinessRuleTask')) return [RULES, ...multiOf(target)];
  if (is(element, 'bpmn:ReceiveTask')) return [RECEIVE, ...multiOf(target)];
  if (is(element, 'bpmn:CallActivity')) return [CALL, ...multiOf(target)];
  if (is(element, 'bpmn:AdHocSubProcess')) return [AD_HOC, ...multiOf(target)];
  if (is(element, 'bpmn:SubProcess')) return multiOf(target);
  if (is(element, 'bpmn:SequenceFlow')) return flowOf(target);
  if (is(element, 'bpmn:ExclusiveGateway')) return [GATEWAY];
  if (is(element, 'bpmn:StartEvent')) return [STARTED, ...eventOf(target)];
  return eventOf(target);
}

/** The process for a pool; the element itself for everything else. */
export function editedOf(element: Moddle): Moddle {
  const process = is(element, 'bpmn:Participant') ? element.get('processRef') : undefined;
  return (process as Moddle | undefined) ?? element;
}
