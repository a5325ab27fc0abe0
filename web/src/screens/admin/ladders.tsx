import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Ladder } from '../../api/types';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { laddersQuery } from '../../queries/rules';
import { FamilyChoice } from './family-choice';
import { LadderDialog } from './ladder-dialog';
import { useFamily } from './use-family';
import { EVERY, useRungText } from './use-rung-text';
import styles from './admin.module.css';

/** Who is reminded when, by which channel, for each kind of deadline. */
export function Ladders() {
  const { t } = useTranslation();
  const { families, family, choose } = useFamily();
  const list = useQuery({ ...laddersQuery(family), enabled: family !== '' });
  useTitle(t('admin.ladders'));
  return (
    <>
      <div className={styles.head}>
        <h1>{t('admin.ladders')}</h1>
        <FamilyChoice families={families} value={family} onChange={choose} />
      </div>
      <p className={styles.intro}>{t('ladders.intro')}</p>
      <section className={styles.sheet} aria-label={t('admin.ladders')}>
        {list.isPending && <Waiting lines={6} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.data?.length === 0 && <Blank title={t('admin.ladders')}>{t('ladders.none')}</Blank>}
        {list.data && list.data.length > 0 && (
          <div className={table.scroll}>
            <table className={`${table.table} ${table.cards}`}>
              <thead>
                <tr>
                  <th scope="col">{t('ladders.kind')}</th>
                  <th scope="col">{t('ladders.rungs')}</th>
                  <th scope="col">{t('rules.source')}</th>
                  <th scope="col"><span className="sr-only">{t('users.acts')}</span></th>
                </tr>
              </thead>
              <tbody>{list.data.map((ladder) => <Row key={ladder.id} ladder={ladder} />)}</tbody>
            </table>
          </div>
        )}
      </section>
    </>
  );
}

function Row({ ladder }: { ladder: Ladder }) {
  const { t } = useTranslation();
  const say = useRungText();
  const [isOpen, open] = useState(false);
  return (
    <tr>
      <td>{ladder.key === EVERY ? t('ladders.default') : ladder.key}<div className={table.faint}>{t('ladders.version', { version: ladder.version })}</div></td>
      <td data-label={t('ladders.rungs')}>
        <ol>{ladder.rungs.map((rung, place) => <li key={`${String(rung.offset)}-${String(place)}`}>{say(rung)}</li>)}</ol>
      </td>
      <td data-label={t('rules.source')}>{ladder.source}</td>
      <td>
        {ladder.allowed_acts.includes('change') && (
          <Button size="small" onClick={() => { open(true); }}>{t('rules.change')}</Button>
        )}
        {isOpen && <LadderDialog ladder={ladder} close={() => { open(false); }} />}
      </td>
    </tr>
  );
}
