import { useTranslation } from 'react-i18next';

import type { Found } from '../../api/types';
import { Blank } from '../../parts/blank';
import type { Option } from './options';
import styles from './search-dialog.module.css';

const KINDS = ['cases', 'papers', 'organisations'] as const;

type Props = {
  id: string;
  found: Found;
  options: Option[];
  current: number;
  open: (option: Option) => void;
};

/** The list that the keys go through, by kind; colleagues below it, who are only named. */
export function Hits({ id, found, options, current, open }: Props) {
  const { t } = useTranslation();
  if (options.length === 0 && found.people.length === 0) {
    return <Blank title={t('search.none')}>{t('search.none_text')}</Blank>;
  }
  return (
    <>
      {options.length > 0 && (
        <div id={`${id}-list`} role="listbox" aria-label={t('search.results')}>
          {KINDS.filter((kind) => options.some((one) => one.kind === kind)).map((kind) => (
            <div key={kind} role="group" aria-label={t(`search.${kind}`)}>
              <div className={styles.kind} aria-hidden>{t(`search.${kind}`)}</div>
              {options.map((option, place) =>
                option.kind !== kind ? null : (
                  // the keys are handled by the box, as a combobox asks
                  <div
                    key={option.id}
                    id={`${id}-${place}`}
                    role="option"
                    aria-selected={place === current}
                    className={place === current ? `${styles.option} ${styles.current}` : styles.option}
                    onClick={() => { open(option); }}
                  >
                    <span>{option.name}</span> <small>{option.facts}</small>
                  </div>
                ),
              )}
            </div>
          ))}
        </div>
      )}
      {found.people.length > 0 && (
        <section aria-label={t('search.people')}>
          <div className={styles.kind} aria-hidden>{t('search.people')}</div>
          <ul>
            {found.people.map((row, place) => (
              <li key={place} className={styles.person}>
                <span>{row.person.name}</span> <small>{row.post} {row.organisation.name}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
