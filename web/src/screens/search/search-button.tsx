import { SearchOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import styles from './search-button.module.css';
import { useSearchKeys } from './use-search-keys';

const SearchDialog = lazy(() => import('./search-dialog'));

/** The search over everything: by its button, Ctrl+K, and / where that key is not the queue's. */
export function SearchButton() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  useSearchKeys(() => { setOpen(true); });
  return (
    <>
      <Button
        type="text"
        icon={<SearchOutlined />}
        className={styles.button}
        aria-label={t('search.title')}
        aria-keyshortcuts="Control+K"
        title={t('search.hint')}
        onClick={() => { setOpen(true); }}
      />
      {isOpen && (
        <Suspense>
          <SearchDialog close={() => { setOpen(false); }} />
        </Suspense>
      )}
    </>
  );
}
