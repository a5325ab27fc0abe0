import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { SupervisionCase } from '../api/types';
import { DocumentSheet } from './document-sheet';
import { DocumentTable } from './document-table';
import styles from './documents.module.css';

/** The papers of a case; one opens in the place of the list, so that what stands beside it stays. */
export function Documents({ documents, first }: { documents: SupervisionCase['documents']; first?: string }) {
  const { t } = useTranslation();
  // an address may name the paper to begin with
  const [opened, open] = useState<string | null>(documents.find((one) => one.id === first)?.id ?? null);
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
