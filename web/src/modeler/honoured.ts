import * as replacing from 'bpmn-js/lib/features/replace/ReplaceOptions';

import dialect from './dialect.json';

/**
 * The palette and the menus offer what the engine runs (dialect.json, the table that the deploy check
 * reads), and nothing that a deployment would refuse. What a file from elsewhere draws stays drawn,
 * and the check names it.
 */
type Target = { type: string; eventDefinitionType?: string; triggeredByEvent?: boolean };
type Option = { actionName: string; target?: Target };

/** What each entry of the menu of kinds would make of an element. */
const TARGETS = new Map(
  (Object.values(replacing).flat() as Option[]).flatMap(({ actionName, target }) =>
    target ? [[actionName, target] as const] : [],
  ),
);
const DEFINITIONS: Record<string, string[]> = dialect.events;
const INNER_STARTS: string[] = dialect.event_sub_starts;

/** Entries without an element of the table behind them. */
const LEFT_OUT = [
  /data-(object|store)/,
  /^toggle-loop$|^toggle-participant-multiplicity$/,
  /(empty|collapsed)-pool$/,
];

/** What is drawn where bpmn-js would draw a kind that nothing runs. */
const INSTEAD: Record<string, object> = {
  'bpmn:Task': { type: 'bpmn:UserTask' },
  'bpmn:IntermediateThrowEvent': {
    type: 'bpmn:IntermediateCatchEvent',
    eventDefinitionType: 'bpmn:TimerEventDefinition',
  },
};

/** Where an element stands: a start in an event sub-process waits for more than one outside. */
type Place = { businessObject?: { $parent?: { triggeredByEvent?: boolean } } };
type Entries = Record<string, unknown>;
type Attributes = { type?: string; businessObject?: unknown; eventDefinitionType?: string };
type Provider = { registerProvider: (...args: unknown[]) => void };
type Factory = { create: (kind: string, attributes: Attributes) => unknown };

function plain(type: string): string {
  const name = type.replace('bpmn:', '');
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Whether an element of this kind, with this definition, is run at that place. */
function isRun({ type, eventDefinitionType, triggeredByEvent }: Target, isInner: boolean): boolean {
  const kind = plain(type);
  if (!(kind in dialect.elements)) return false;
  if (triggeredByEvent) return INNER_STARTS.length > 0;
  if (!kind.endsWith('Event')) return true;
  const definitions = isInner && kind === 'startEvent' ? INNER_STARTS : (DEFINITIONS[kind] ?? []);
  if (!eventDefinitionType) return kind === 'endEvent' || (kind === 'startEvent' && !isInner);
  return definitions.includes(plain(eventDefinitionType).replace('EventDefinition', ''));
}

const NODES = /Task|Event|Gateway|SubProcess|Transaction|Activity/;
/** Entries of the context pad, by what they draw. */
const APPENDED = /^append\.(\w+)-intermediate-event$/;

export function isOffered(id: string, isInner = false): boolean {
  const target = TARGETS.get(id);
  // a pool and a line are no elements of a process
  if (target && NODES.test(target.type)) return isRun(target, isInner);
  const appended = APPENDED.exec(id)?.[1];
  if (appended) return DEFINITIONS['intermediateCatchEvent']?.includes(appended.replace(/^condition$/, 'conditional')) ?? false;
  if (id === 'append.compensation-activity') return DEFINITIONS['boundaryEvent']?.includes('compensate') ?? false;
  return !LEFT_OUT.some((pattern) => pattern.test(id));
}

function offered(place: Place | Place[]) {
  const [first] = [place].flat();
  const isInner = first?.businessObject?.$parent?.triggeredByEvent === true;
  return (entries: Entries) =>
    Object.fromEntries(Object.entries(entries).filter(([id]) => isOffered(id, isInner)));
}

function honoured(popupMenu: Provider, palette: Provider, contextPad: Provider, factory: Factory): object {
  // a low priority: called after the providers whose entries are left out here
  const LATE = 100;
  popupMenu.registerProvider('bpmn-replace', LATE, {
    getPopupMenuEntries: offered,
    getPopupMenuHeaderEntries: offered,
  });
  palette.registerProvider(LATE, { getPaletteEntries: () => offered([]) });
  contextPad.registerProvider(LATE, { getContextPadEntries: offered });
  const create = factory.create.bind(factory);
  factory.create = (kind, attributes) => {
    const isNew = attributes.businessObject === undefined && !attributes.eventDefinitionType;
    const instead = isNew ? INSTEAD[attributes.type ?? ''] : undefined;
    return create(kind, { ...attributes, ...instead });
  };
  return {};
}
honoured.$inject = ['popupMenu', 'palette', 'contextPad', 'elementFactory'];

export const honouredModule = { __init__: ['honoured'], honoured: ['factory', honoured] };
