import { is, list, service, text, type Moddle } from '../services';
import { attribute, change, made, type Field, type Target } from './field';

const ID = /^[A-Za-z_][\w.-]*$/;

/** A pool is drawn for its process: both carry the name. */
function owner({ shape, element }: Target): Moddle | undefined {
  return is(shape.businessObject, 'bpmn:Participant') ? element : undefined;
}

export const NAME: Field = {
  word: 'name',
  kind: 'text',
  read: ({ element }) => text(element, 'name'),
  write: (target, value) => {
    service(target.modeler, 'modeling').updateProperties(target.shape, { name: value });
    const process = owner(target);
    if (process) change(target, process, { name: value });
  },
};

export const ID_FIELD: Field = {
  word: 'id',
  kind: 'text',
  hint: 'id',
  read: ({ element }) => element.id ?? '',
  refuse: ({ element }, value) => {
    if (value === element.id) return undefined;
    if (!ID.test(value)) return 'bad_id';
    return element.$model.ids.assigned(value) ? 'id_taken' : undefined;
  },
  write: (target, value) => {
    const { element, shape, modeler } = target;
    if (owner(target)) change(target, element, { id: value });
    else service(modeler, 'modeling').updateProperties(shape, { id: value });
  },
};

export const DOCUMENTATION: Field = {
  word: 'documentation',
  kind: 'long',
  read: ({ element }) => text(list(element, 'documentation')[0], 'text'),
  write: (target, value) => {
    const { element } = target;
    const documentation = value ? [made('bpmn:Documentation', element, { text: value })] : [];
    change(target, element, { documentation });
  },
};

export const BASIS = attribute('dudao:basis', { word: 'basis', kind: 'text', hint: 'basis' });
