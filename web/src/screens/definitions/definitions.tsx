import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { shortTime } from '../../format/dates';
import { Blank } from '../../parts/blank';
import { Failure } from '../../parts/failure';
import table from '../../parts/plain-table.module.css';
import { useTitle } from '../../parts/use-title';
import { Waiting } from '../../parts/waiting';
import { definitionsQuery } from '../../queries/definitions';
import { serverNow } from '../../session/clock';
import { useSession } from '../../session/session';
import styles from './definitions.module.css';
import { VersionTable } from './version-table';

/** The processes that are in force here; for who runs or models them, with what runs on each version. */
export function Definitions() {
  const { t } = useTranslation();
  const { acts } = useSession();
  useTitle(t('definitions.title'));
  return (
    <>
      <div className={styles.head}>
        <h1>{t('definitions.title')}</h1>
        {acts.includes('deploy') && <Link to="/models">{t('models.title')}</Link>}
      </div>
      {acts.includes('operate') || acts.includes('deploy') ? <VersionTable /> : <Readable />}
    </>
  );
}

/** For everybody else: what is in force, to be read. */
function Readable() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(definitionsQuery);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const now = serverNow();
  return (
    <section className={styles.sheet} aria-label={t('definitions.title')}>
      {list.isPending && <Waiting />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <Blank title={t('definitions.none')}>{t('definitions.none_text')}</Blank>
      )}
      {items.length > 0 && (
        <div className={table.scroll}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">{t('definitions.name')}</th>
                <th scope="col">{t('definitions.key')}</th>
                <th scope="col">{t('definitions.version')}</th>
                <th scope="col">{t('definitions.deployed')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((definition) => (
                <tr key={definition.id}>
                  <td>
                    <Link to="/definitions/$definitionId" params={{ definitionId: definition.id }}>
                      {definition.name}
                    </Link>
                  </td>
                  <td><code>{definition.key}</code></td>
                  <td>{definition.version}</td>
                  <td className={table.nowrap}>{shortTime(definition.deployed_at, now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
    </section>
  );
}
