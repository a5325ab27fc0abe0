import { useTranslation } from 'react-i18next';

import { identityOf, is } from '../services';
import { Additions } from './additions';
import type { Context } from './field';
import { FieldRow } from './field-row';
import { foreignOf } from './foreign';
import { Mappings } from './mappings';
import { sectionsOf } from './sections';
import styles from './panel.module.css';

type Props = { context: Context; isReadOnly: boolean };

/** The properties of the element that is selected. */
export function Panel({ context, isReadOnly }: Props) {
  const { t } = useTranslation();
  const { element } = context;
  const foreign = foreignOf(element);
  return (
    <div className={styles.panel} key={identityOf(element)}>
      {!isReadOnly && <Additions context={context} />}
      {sectionsOf(context).map((section) => (
        <section key={section.word} className={styles.section}>
          <h3>{t(`model_section.${section.word}`)}</h3>
          {section.fields.map((field) => (
            <FieldRow key={field.word} field={field} context={context} isReadOnly={isReadOnly} />
          ))}
        </section>
      ))}
      {is(element, 'bpmn:CallActivity') && <Mappings target={context} isReadOnly={isReadOnly} />}
      {foreign.length > 0 && (
        <section className={styles.section}>
          <h3>{t('model_section.foreign')}</h3>
          <p className={styles.hint}>{t('model_hint.foreign')}</p>
          <dl className={styles.foreign}>
            {foreign.map(({ name, value }, index) => (
              <div key={`${name} ${index}`}>
                <dt><code>{name}</code></dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}
