import * as replacing from 'bpmn-js/lib/features/replace/ReplaceOptions';
import { describe, expect, it } from 'vitest';

import dialect from './dialect.json';
import { isOffered } from './honoured';

type Option = { actionName: string; target?: { type: string; eventDefinitionType?: string } };
const OPTIONS = Object.values(replacing).flat() as Option[];

function nameOf(type: string): string {
  const name = type.replace('bpmn:', '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

describe('the menus of the modeller', () => {
  it('offer what the engine runs', () => {
    const run = ['replace-with-user-task', 'replace-with-parallel-gateway', 'replace-with-timer-boundary',
      'replace-with-non-interrupting-message-boundary', 'replace-with-error-end', 'replace-with-message-start',
      'toggle-parallel-mi', 'create.exclusive-gateway'];
    expect(run.filter((id) => !isOffered(id))).toEqual([]);
  });

  it('offer nothing that a deployment would refuse', () => {
    const refused = ['replace-with-manual-task', 'replace-with-complex-gateway', 'replace-with-none-intermediate-throw',
      'replace-with-task', 'toggle-loop', 'create.data-object'];
    expect(refused.filter((id) => isOffered(id))).toEqual([]);
  });

  it('offer an event with a definition exactly where the table has it', () => {
    const inner = new Set((replacing.EVENT_SUB_PROCESS_START_EVENT as Option[]).map(({ actionName }) => actionName));
    const events = OPTIONS.filter(
      ({ actionName, target }) => target?.type.endsWith('Event') && target.eventDefinitionType && !inner.has(actionName),
    );
    expect(events.length).toBeGreaterThan(20);
    const wrong = events.filter(({ actionName, target }) => {
      const definitions: string[] | undefined = (dialect.events as Record<string, string[]>)[nameOf(target?.type ?? '')];
      const name = nameOf(target?.eventDefinitionType ?? '').replace('EventDefinition', '');
      return isOffered(actionName) !== Boolean(definitions?.includes(name));
    });
    expect(wrong.map(({ actionName }) => actionName)).toEqual([]);
  });

  it('offer inside an event sub-process the starts that run there', () => {
    const starts = replacing.EVENT_SUB_PROCESS_START_EVENT as Option[];
    const offered = starts.filter(({ actionName }) => isOffered(actionName, true));
    const names = offered.map(({ target }) => nameOf(target?.eventDefinitionType ?? '').replace('EventDefinition', ''));
    expect([...new Set(names)].sort()).toEqual(dialect.event_sub_starts);
  });

  it('offer every kind of activity and gateway of the table, and no other', () => {
    const kinds = OPTIONS.filter(({ target }) => /(Task|Gateway|CallActivity)$/.test(target?.type ?? ''));
    const wrong = kinds.filter(({ actionName, target }) => isOffered(actionName) !== nameOf(target?.type ?? '') in dialect.elements);
    expect(wrong.map(({ actionName }) => actionName)).toEqual([]);
  });
});
