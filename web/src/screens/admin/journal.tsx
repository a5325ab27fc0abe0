import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import type { JournalEntry } from '../../api/types';
import { shortTime } from '../../format/dates';
import { CopyText } from '../../parts/copy-text';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { journalQuery } from '../../queries/administration';
import { serverNow } from '../../session/clock';
import { SearchBox } from '../queue/search-box';
import { Endless } from './endless';
import { Values } from './values';
import styles from './admin.module.css';

/** What administrators did, before and after; read by the auditor, changed by nobody. */
export function Journal() {
  const { t } = useTranslation();
  const { kind } = useSearch({ from: '/office/admin/journal' });
  const navigate = useNavigate({ from: '/admin/journal' });
  const list = useInfiniteQuery(journalQuery(kind));
  useTitle(t('admin.journal'));
  return (
    <>
      <div className={styles.head}>
        <h1>{t('admin.journal')}</h1>
        <SearchBox
          value={kind ?? ''}
          placeholder={t('journal.kind')}
          onSearch={(text) => void navigate({ search: { kind: text || undefined }, replace: true })}
        />
      </div>
      <p className={styles.intro}>{t('journal.intro')}</p>
      <Endless list={list} label={t('admin.journal')} none={t('journal.none')}>
        {(rows) => (
          <div className={table.scroll}>
            <table className={`${table.table} ${table.cards}`}>
              <thead>
                <tr>
                  <th scope="col">{t('journal.at')}</th>
                  <th scope="col">{t('journal.what')}</th>
                  <th scope="col">{t('journal.by')}</th>
                  <th scope="col">{t('journal.subject')}</th>
                  <th scope="col">{t('journal.change')}</th>
                </tr>
              </thead>
              <tbody>{rows.map((row) => <Row key={row.id} entry={row} />)}</tbody>
            </table>
          </div>
        )}
      </Endless>
    </>
  );
}

function Row({ entry }: { entry: JournalEntry }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td className={table.nowrap}>
        {shortTime(entry.at, serverNow())}
        <div className={table.faint}>{t('journal.seq', { seq: entry.seq })}</div>
      </td>
      <td data-label={t('journal.what')}><CopyText text={entry.kind} /></td>
      <td data-label={t('journal.by')}>
        {entry.actor_name}
        <div className={table.faint}>{entry.actor_title}</div>
      </td>
      <td data-label={t('journal.subject')}>
        {entry.subject_name}
        <div className={table.faint}>{entry.reason}</div>
      </td>
      <td>
        <details>
          <summary>{t('journal.show')}</summary>
          {entry.before && <><h3>{t('journal.before')}</h3><Values value={entry.before} /></>}
          {entry.after && <><h3>{t('journal.after')}</h3><Values value={entry.after} /></>}
          <p className={styles.values}>{entry.digest}</p>
        </details>
      </td>
    </tr>
  );
}
