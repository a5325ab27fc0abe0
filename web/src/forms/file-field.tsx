/** @jsxImportSource preact */
import { FormContext } from '@bpmn-io/form-js-viewer';
import { useContext, useRef, useState } from 'preact/hooks';

import { asProblem } from '../api/problem';
import type { StoredFile } from '../api/types';
import { fileSize } from '../format/quantities';
import { problemText } from '../parts/problem-text';
import { words } from '../words';

export type Uploads = { upload: (file: File) => Promise<StoredFile> };
type Service = Uploads & { files: StoredFile[] };

type Field = {
  label?: string;
  description?: string;
  accept?: string;
  multiple?: boolean;
  validate?: { required?: boolean };
};

type Value = string | string[] | null;

type Props = {
  field: Field;
  value: Value;
  onChange: (update: { value: Value }) => void;
  onBlur: () => void;
  domId: string;
  errors: string[];
  disabled: boolean;
  readonly: boolean;
};

function idsOf(value: Value): string[] {
  if (Array.isArray(value)) return value;
  return value ? [value] : [];
}

/** Uploads one after the other, so that a refusal names its file and spares the others. */
async function uploadAll(service: Service, chosen: File[]): Promise<{ ids: string[]; failed: string[] }> {
  const ids: string[] = [];
  const failed: string[] = [];
  for (const file of chosen) {
    try {
      const stored = await service.upload(file);
      service.files.push(stored);
      ids.push(stored.id);
    } catch (error) {
      failed.push(`${file.name}: ${problemText(words.t, asProblem(error))}`);
    }
  }
  return { ids, failed };
}

/**
 * Replaces form-js' file picker, which keeps files in the browser until the form is sent: here a
 * file is stored when it is chosen and the value is its id (a list of ids with `multiple`).
 */
export function FileField({ field, value, onChange, onBlur, domId, errors, disabled, readonly }: Props) {
  const service = useContext(FormContext).getService('uploads') as Service;
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string[]>([]);
  const several = field.multiple === true;
  const ids = idsOf(value);
  const put = (next: string[]) => {
    onChange({ value: several ? next : (next[0] ?? null) });
  };
  const choose = async (element: HTMLInputElement) => {
    const chosen = Array.from(element.files ?? []);
    if (chosen.length === 0) return;
    setBusy(true);
    const result = await uploadAll(service, chosen);
    setBusy(false);
    setFailed(result.failed);
    element.value = ''; // or choosing the same file again would tell nobody
    if (result.ids.length > 0) put(several ? [...new Set([...ids, ...result.ids])] : result.ids);
    onBlur();
  };
  const isFixed = disabled || readonly;
  const shown = [...failed, ...errors];
  const errorId = `${domId}-error-message`;
  return (
    <div class={`fjs-form-field fjs-form-field-filepicker ${shown.length > 0 ? 'fjs-has-errors' : ''}`}>
      <label class="fjs-form-field-label" htmlFor={domId}>
        {field.label}
        {field.validate?.required && <span class="fjs-asterix" aria-hidden>*</span>}
      </label>
      {ids.length > 0 && (
        <ul class="file-field-list">
          {ids.map((id) => (
            <Row
              key={id}
              id={id}
              file={service.files.find((known) => known.id === id)}
              remove={isFixed ? null : () => { put(ids.filter((other) => other !== id)); }}
            />
          ))}
        </ul>
      )}
      {!isFixed && (
        <div class="file-field-choose">
          <input
            ref={input}
            id={domId}
            type="file"
            class="sr-only"
            tabIndex={-1}
            multiple={several}
            accept={field.accept ?? ''}
            disabled={isBusy}
            onChange={(event) => void choose(event.currentTarget)}
          />
          <button
            type="button"
            class="file-field-button"
            disabled={isBusy}
            aria-describedby={shown.length > 0 ? errorId : undefined}
            onClick={() => input.current?.click()}
          >
            {words.t(isBusy ? 'files.uploading' : 'files.choose')}
          </button>
        </div>
      )}
      {isFixed && ids.length === 0 && <div class="file-field-none">—</div>}
      {field.description && <div class="fjs-form-field-description">{field.description}</div>}
      {shown.length > 0 && (
        <div class="fjs-form-field-error" aria-live="polite" id={errorId}>
          <ul>{shown.map((text) => <li key={text}>{text}</li>)}</ul>
        </div>
      )}
    </div>
  );
}

type RowProps = { id: string; file: StoredFile | undefined; remove: (() => void) | null };

function Row({ id, file, remove }: RowProps) {
  const name = file?.name ?? words.t('files.unnamed');
  // protected and handed in: fetched only after a reason was given
  const isSealed = file !== undefined && file.protected !== null && !file.allowed_acts.includes('delete');
  return (
    <li>
      {isSealed ? (
        <span>{name}</span>
      ) : (
        <a href={`/api/v1/files/${id}/content`} target="_blank" rel="noopener">{name}</a>
      )}
      {file && <span>{fileSize(file.size)}</span>}
      {remove && (
        <button type="button" aria-label={words.t('files.remove', { name })} onClick={remove}>×</button>
      )}
    </li>
  );
}

FileField.config = {
  type: 'filepicker',
  keyed: true,
  label: '',
  group: 'basic-input',
  emptyValue: null,
  sanitizeValue: ({ value }: { value: unknown }) =>
    typeof value === 'string' || Array.isArray(value) ? value : null,
  create: (options = {}) => ({ ...options }),
};

type Registry = { register: (type: string, field: unknown) => void };

/** A form-js module: the service the field uploads with, and the field itself. */
export function uploadModule(uploads: Service): Record<string, unknown> {
  const register = (formFields: Registry) => {
    formFields.register('filepicker', FileField);
    return {};
  };
  // didi injects by name, which minification would lose
  register.$inject = ['formFields'];
  return {
    __init__: ['fileField'],
    fileField: ['factory', register],
    uploads: ['value', { files: [...uploads.files], upload: uploads.upload }],
  };
}
