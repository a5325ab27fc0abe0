import { useTranslation } from 'react-i18next';

import type { SupervisionCase } from '../api/types';
import { isoDay } from '../format/dates';
import styles from './plain-table.module.css';

type Props = { documents: SupervisionCase['documents']; open: (documentId: string) => void };

/** The official documents of a case: number, issue, delivery, receipt. */
export function DocumentTable({ documents, open }: Props) {
  const { t } = useTranslation();
  const day = (date: string | null) => (date ? isoDay(date) : '—');
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('document.kind')}</th>
            <th scope="col">{t('document.number')}</th>
            <th scope="col">{t('document.issued')}</th>
            <th scope="col">{t('document.received')}</th>
          </tr>
        </thead>
        <tbody>
          {documents.map((document) => (
            <tr key={document.id}>
              <td>
                <button
                  type="button"
                  className={styles.link}
                  onClick={() => {
                    open(document.id);
                  }}
                >
                  {document.kind_name}
                </button>
                {!document.issued_on && <small className={styles.faint}> {document.state_name}</small>}
              </td>
              <td className={styles.nowrap}>{document.number ?? '—'}</td>
              <td className={styles.nowrap}>{day(document.issued_on)}</td>
              <td className={styles.nowrap}>{day(document.received_on)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
