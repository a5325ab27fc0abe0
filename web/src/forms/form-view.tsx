import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import './form-view.css';

import { Form } from '@bpmn-io/form-js-viewer';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';
import { useTranslation } from 'react-i18next';

import type { Fault, StoredFile, Values } from '../api/types';
import { uploadModule, type Uploads } from './file-field';
import { localiseDates } from './locale';
import { formErrors, keyed, locate, type Component, type Located } from './pointers';
import { ownValues, prepared } from './values';

export type FormHandle = {
  /** Checks every field as the browser can; the values only when all are fine. */
  check: () => { values: Values; isValid: boolean };
  values: () => Values;
  /** Shows the faults of a 422 at their fields; answers where each belongs. */
  show: (faults: Fault[]) => Located[];
  focusFirstError: () => void;
  /** What stands in the text field of this key. */
  read: (key: string) => string;
  /** Puts a sentence after it, as if it were typed. */
  add: (key: string, sentence: string) => void;
};

const NEXT_FRAME_MS = 50;
/** What tells that a person is at work in a form. */
const TOUCHES = ['focusin', 'pointerdown', 'input', 'drop'];

type Props = {
  schema: Component;
  values: Values;
  files: StoredFile[];
  isReadOnly: boolean;
  uploads: Uploads;
  /** What the form holds; before anybody has touched it that is how it was drawn, defaults and all. */
  onEdit: (values: Values, isTouched: boolean) => void;
  ref?: Ref<FormHandle>;
};

/** A form-js form. A new `schema` or `values` object, or another language, draws it anew. */
export function FormView({ schema, values, files, isReadOnly, uploads, onEdit, ref }: Props) {
  const { i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const form = useRef<Form | null>(null);
  const drawn = useRef({ onEdit, uploads, files });
  useEffect(() => {
    drawn.current = { onEdit, uploads, files };
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    localiseDates(i18n.language);
    const options: ConstructorParameters<typeof Form>[0] & { debounce: false } = {
      container: element,
      // with its delay of 300 ms a redraw by another field takes back what is being typed
      debounce: false,
      properties: { readOnly: isReadOnly },
      additionalModules: [
        uploadModule({
          files: drawn.current.files,
          upload: (file) => drawn.current.uploads.upload(file),
        }),
      ],
    };
    const view = new Form(options);
    form.current = view;
    let isGone = false;
    let isTouched = false;
    const touch = () => { isTouched = true; };
    for (const event of TOUCHES) element.addEventListener(event, touch, true);
    void view.importSchema(prepared(schema), values).then(() => {
      if (isGone) return;
      const tell = (data: Values) => { drawn.current.onEdit(ownValues(schema, data), isTouched); };
      tell(view._getState().data as Values);
      view.on('changed', ({ data }: { data: Values }) => { tell(data); });
    });
    return () => {
      // StrictMode draws twice: the first form goes with all its listeners
      isGone = true;
      for (const event of TOUCHES) element.removeEventListener(event, touch, true);
      form.current = null;
      view.destroy();
    };
  }, [schema, values, isReadOnly, i18n.language]);

  useImperativeHandle(ref, () => handleOf(form, place, schema), [schema]);
  return <div ref={place} className="dudao-form" />;
}

function handleOf(
  form: { current: Form | null },
  place: { current: HTMLElement | null },
  schema: Component,
): FormHandle {
  const values = () => ownValues(schema, (form.current?._getState().data ?? {}) as Values);
  const focusFirstError = () => {
    // form-js draws its errors in the next frame
    setTimeout(() => {
      const field = place.current?.querySelector<HTMLElement>(
        '.fjs-has-errors :is(input:not([type="file"]), textarea, button, [tabindex="0"])',
      );
      field?.scrollIntoView({ block: 'center' });
      field?.focus({ preventScroll: true });
    }, NEXT_FRAME_MS);
  };
  const fieldOf = (key: string) => {
    const id = keyed((form.current?._getState().schema ?? schema) as Component, key)?.id;
    return id ? place.current?.querySelector<HTMLTextAreaElement>(`textarea[id$="-${id}"]`) : null;
  };
  return {
    values,
    focusFirstError,
    read: (key) => fieldOf(key)?.value ?? '',
    add: (key, sentence) => {
      const field = fieldOf(key);
      if (!field) return;
      field.value = field.value.trim() ? `${field.value.trimEnd()}\n${sentence}` : sentence;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.focus();
    },
    check: () => {
      if (!form.current) return { values: {}, isValid: false };
      const { errors, data } = form.current.submit();
      return { values: ownValues(schema, data as Values), isValid: Object.keys(errors).length === 0 };
    },
    show: (faults) => {
      // the drawn schema: form-js gives an id to every field that has none
      const located = locate((form.current?._getState().schema ?? schema) as Component, faults);
      form.current?._setState({ errors: formErrors(located) });
      return located;
    },
  };
}
