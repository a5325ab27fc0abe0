import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { SupervisionCase } from '../api/types';
import { DocumentSheet } from './document-sheet';
import { DocumentTable } from './document-table';
import styles from './documents.module.css';

/** The papers of a case; one opens in the place of the list, so that what stands beside it stays. */
export function Documents({ documents }: { documents: SupervisionCase['documents'] }) {
  const { t } = useTranslation();
  const [opened, open] = useState<string | null>(null);
  if (!opened) return <DocumentTable documents={documents} open={open} />;
  return (
    <>
      <Button
        type="text"
        size="small"
        className={styles.back}
        icon={<ArrowLeftOutlined />}
        onClick={() => {
          open(null);
        }}
      >
        {t('document.back')}
      </Button>
      <DocumentSheet documentId={opened} />
    </>
  );
}
