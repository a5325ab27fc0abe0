import { Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { TypedInput } from '../panel/typed-input';
import type { Vocabulary } from '../vocabulary';
import { edited, partSections, valueAt, type Part, type PartField } from './fields';
import { OptionRows, type OptionRow } from './option-rows';
import styles from '../panel/panel.module.css';

type Props = {
  part: Part;
  vocabulary: Vocabulary;
  onEdit: (values: Record<string, unknown>) => void;
};

/** The properties of one component: those that the server honours, and the others to be read. */
export function PartPanel({ part, vocabulary, onEdit }: Props) {
  const { t } = useTranslation();
  const others = Object.entries(part.properties ?? {}).filter(([name]) => !name.startsWith('dudao:'));
  return (
    <div className={styles.panel} key={part.id}>
      {partSections(part).map((section) => (
        <section key={section.word} className={styles.section}>
          <h3>{t(`model_form.${section.word}`)}</h3>
          {section.fields.map((field) => (
            <Row key={field.at} field={field} part={part} vocabulary={vocabulary} onEdit={onEdit} />
          ))}
        </section>
      ))}
      {others.length > 0 && (
        <section className={styles.section}>
          <h3>{t('model_form.foreign')}</h3>
          <dl className={styles.foreign}>
            {others.map(([name, value]) => (
              <div key={name}>
                <dt><code>{name}</code></dt>
                <dd>{String(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

type RowProps = Props & { field: PartField };

function Row({ field, part, vocabulary, onEdit }: RowProps) {
  const { t } = useTranslation();
  const id = `part-${part.id}-${field.word}`;
  const label = t(`model_form.${field.word}`);
  const value = valueAt(part, field.at);
  const set = (next: unknown) => { onEdit(edited(part, field.at, next)); };
  if (field.kind === 'switch') {
    return (
      <Checkbox id={id} checked={value === true} onChange={({ target }) => { set(target.checked || undefined); }}>
        {label}
      </Checkbox>
    );
  }
  if (field.kind === 'options') {
    return <OptionRows rows={(value as OptionRow[] | undefined) ?? []} onEdit={set} />;
  }
  if (field.kind === 'choice') {
    const options = field.choices
      ? field.choices.map((each) => ({ value: each, label: t(`model_form.${each as 'date'}`) }))
      : vocabulary.protections;
    return (
      <div className={styles.field}>
        <label className={styles.labelLine} htmlFor={id}>{label}</label>
        <Select
          id={id} aria-label={label} options={options} value={value as string | undefined} allowClear={!field.choices}
          placeholder={t('model_panel.none_chosen')} notFoundContent={t('model_panel.nothing_to_choose')}
          onChange={(next: string | undefined) => { set(next); }}
        />
      </div>
    );
  }
  return (
    <div className={styles.field}>
      <label className={styles.labelLine} htmlFor={id}>{label}</label>
      <TypedInput
        id={id}
        value={shown(value)}
        isReadOnly={false}
        isLong={field.kind === 'long' || field.kind === 'expression'}
        isCode={field.kind === 'expression'}
        inputMode={field.kind === 'number' ? 'numeric' : undefined}
        onChange={(text) => { set(taken(field, text)); }}
      />
      {field.hint && <p className={styles.hint}>{t(`model_form.${field.hint}`)}</p>}
    </div>
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return value === undefined || value === null ? '' : String(value);
}

/** A limit may be a number or an expression; the names of a form are a list; all else is text. */
function taken(field: PartField, text: string): unknown {
  if (text.trim() === '') return undefined;
  if (field.word === 'names') return text.split(',').map((name) => name.trim()).filter(Boolean);
  if (field.kind === 'number' && !field.at.startsWith('properties.')) {
    const number = Number(text);
    return Number.isNaN(number) ? text : number;
  }
  return text === 'true' && field.word === 'readonly' ? true : text;
}
