import { useTranslation } from 'react-i18next';

import type { Located } from '../../forms/pointers';
import styles from './fault-list.module.css';

/** What the server found, field by field; each also stands at its field. */
export function FaultList({ located }: { located: Located[] }) {
  const { t } = useTranslation();
  if (located.length === 0) return null;
  return (
    <ul className={styles.list}>
      {located.map(({ fault, place, indexes }) => (
        <li key={`${fault.pointer} ${fault.code}`}>
          {place?.label && (
            <strong>
              {place.label}
              {indexes.length > 0 && t('task.row', { row: indexes.map((i) => i + 1).join('.') })}
              {t('colon')}
            </strong>
          )}
          {fault.detail}
        </li>
      ))}
    </ul>
  );
}
