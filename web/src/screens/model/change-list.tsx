import { useTranslation } from 'react-i18next';

import table from '../../parts/plain-table.module.css';
import type { Change } from '../../queries/model-drafts';
import styles from './compare-step.module.css';

type Props = { changes: Change[]; onGo: (change: Change) => void };

/** Every change in words, by what it concerns; one of a drawing leads there. */
export function ChangeList({ changes, onGo }: Props) {
  const { t } = useTranslation();
  const subjects = [...new Set(changes.map((change) => change.subject))];
  return (
    <div className={styles.changes}>
      {subjects.map((subject) => (
        <section key={subject}>
          <h3>{t(`model_compare.subject_${subject as 'element'}`)}</h3>
          <ul>
            {changes.filter((change) => change.subject === subject).map((change, index) => (
              <li key={index}>
                {change.process ? (
                  <button type="button" className={table.link} onClick={() => { onGo(change); }}>
                    {change.sentence}
                  </button>
                ) : (
                  change.sentence
                )}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
