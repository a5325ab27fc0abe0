import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Values } from '../../../api/types';
import { CaseSummary } from './case-summary';
import type { DialogProps } from './desk';

type Props = DialogProps & { values: Values; confirm: () => void };

/** Before a step that only a person may decide: the summary once more, then the act. */
export function ConfirmDialog({ values, confirm, close }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      width={680}
      title={t('summary.check')}
      okText={t('summary.confirm')}
      onOk={() => {
        close();
        confirm();
      }}
      onCancel={close}
    >
      <CaseSummary values={values} />
    </Modal>
  );
}
