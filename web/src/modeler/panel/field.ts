import type Modeler from 'bpmn-js/lib/Modeler';

import type zh from '../../words/zh-CN';
import { service, text, type Moddle, type Shape } from '../services';
import type { Option, Vocabulary } from '../vocabulary';

export type FieldWord = keyof (typeof zh)['model_field'];
export type SectionWord = keyof (typeof zh)['model_section'];
export type HintWord = keyof (typeof zh)['model_hint'];

/** What is edited: an element as drawn, and the moddle object that carries its properties. */
export type Target = { modeler: Modeler; shape: Shape; element: Moddle };
export type Context = Target & { vocabulary: Vocabulary };

/** One property. Every value is a text: lists by comma, a switch is `true` or nothing. */
export type Field = {
  word: FieldWord;
  kind: 'text' | 'long' | 'expression' | 'choice' | 'many' | 'switch' | 'number';
  read: (target: Target) => string;
  write: (target: Target, value: string) => void;
  options?: (context: Context) => Option[];
  /** a choice that may be an expression instead */
  orExpression?: boolean;
  /** makes a new thing to choose, from the name that was typed */
  create?: (target: Target, name: string) => void;
  /** why a value cannot be taken */
  refuse?: (target: Target, value: string) => HintWord | undefined;
  hint?: HintWord;
};
export type Section = { word: SectionWord; fields: Field[] };

type Owner = (target: Target) => Moddle | undefined;
type Rest = Omit<Field, 'read' | 'write'>;

export function change(target: Target, owner: Moddle, values: Record<string, unknown>): void {
  service(target.modeler, 'modeling').updateModdleProperties(target.shape, owner, values);
}

/** A field that is an attribute of the element, or of something inside it. */
export function attribute(name: string, rest: Rest, owner: Owner = ({ element }) => element): Field {
  return {
    ...rest,
    read: (target) => text(owner(target), name),
    write: (target, value) => {
      const place = owner(target);
      if (place) change(target, place, { [name]: value === '' ? undefined : value });
    },
  };
}

/** The same where the standard has a true or false, with what is meant when nothing stands there. */
export function flag(name: string, rest: Omit<Rest, 'kind'>, owner: Owner = ({ element }) => element): Field {
  return {
    ...rest,
    kind: 'switch',
    read: (target) => (String(owner(target)?.get(name)) === 'true' ? 'true' : ''),
    write: (target, value) => {
      const place = owner(target);
      if (place) change(target, place, { [name]: value === 'true' });
    },
  };
}

/** A new moddle object that stands in `parent`. */
export function made(type: string, parent: Moddle, values: object = {}): Moddle {
  const object = parent.$model.create(type, values);
  object.$parent = parent;
  return object;
}

/** A field that is an expression inside the element, or inside something of it. */
export function inner(name: string, rest: Omit<Rest, 'kind'>, owner: Owner = ({ element }) => element): Field {
  return {
    ...rest,
    kind: 'expression',
    read: (target) => text(owner(target)?.get(name) as Moddle | undefined, 'body'),
    write: (target, body) => {
      const place = owner(target);
      const expression = body && place ? made('bpmn:FormalExpression', place, { body }) : undefined;
      if (place) change(target, place, { [name]: expression });
    },
  };
}
