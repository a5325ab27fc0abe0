/**
 * The palette and the menus offer what the engine runs, and nothing that a deployment would refuse
 * (docs/engine.md, Limits). What a file from elsewhere draws stays drawn, and the check names it.
 */
const LEFT_OUT = [
  /(^|-)(inclusive|complex)-gateway$/,
  /manual-task$/,
  /^replace-with-task$/,
  /transaction/,
  /ad-hoc/,
  /event-subprocess/,
  /signal|escalation|condition|compensat|link|cancel/,
  /message-(end|intermediate-throw)/,
  /(timer|error)-start/,
  /intermediate-throw/,
  /none-boundary/,
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

type Entries = Record<string, unknown>;
type Attributes = { type?: string; businessObject?: unknown; eventDefinitionType?: string };
type Provider = { registerProvider: (...args: unknown[]) => void };
type Factory = { create: (kind: string, attributes: Attributes) => unknown };

export function isOffered(id: string): boolean {
  return !LEFT_OUT.some((pattern) => pattern.test(id));
}

function offered() {
  return (entries: Entries) =>
    Object.fromEntries(Object.entries(entries).filter(([id]) => isOffered(id)));
}

function honoured(popupMenu: Provider, palette: Provider, contextPad: Provider, factory: Factory): object {
  // a low priority: called after the providers whose entries are left out here
  const LATE = 100;
  popupMenu.registerProvider('bpmn-replace', LATE, {
    getPopupMenuEntries: offered,
    getPopupMenuHeaderEntries: offered,
  });
  palette.registerProvider(LATE, { getPaletteEntries: offered });
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
