import {
  CompressOutlined, MinusOutlined, PlayCircleOutlined, PlusOutlined, RedoOutlined, StopOutlined, UndoOutlined,
} from '@ant-design/icons';
import type Modeler from 'bpmn-js/lib/Modeler';
import { Button, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { fit, zoomBy } from './navigation';
import { service } from './services';
import styles from './bpmn-editor.module.css';

type Props = {
  modeler: Modeler;
  isReadOnly: boolean;
  isSimulating: boolean;
  onSimulate: (on: boolean) => void;
};

/** Above the drawing: what the keys do as well, for who does not know them. */
export function Toolbar({ modeler, isReadOnly, isSimulating, onSimulate }: Props) {
  const { t } = useTranslation();
  const stack = isReadOnly ? null : service(modeler, 'commandStack');
  const toggle = () => {
    service(modeler, 'toggleMode').toggleMode(!isSimulating);
    onSimulate(!isSimulating);
  };
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('model_editor.toolbar')}>
      {stack && (
        <>
          <Act label={t('model_editor.undo')} icon={<UndoOutlined />} disabled={isSimulating || !stack.canUndo()} onClick={() => { stack.undo(); }} />
          <Act label={t('model_editor.redo')} icon={<RedoOutlined />} disabled={isSimulating || !stack.canRedo()} onClick={() => { stack.redo(); }} />
          <Button
            size="small"
            icon={isSimulating ? <StopOutlined /> : <PlayCircleOutlined />}
            aria-pressed={isSimulating}
            onClick={toggle}
          >
            {isSimulating ? t('model_editor.stop_simulation') : t('model_editor.simulate')}
          </Button>
        </>
      )}
      <span className={styles.gap} />
      <Act label={t('diagram.larger')} icon={<PlusOutlined />} onClick={() => { zoomBy(modeler, 1.25); }} />
      <Act label={t('diagram.smaller')} icon={<MinusOutlined />} onClick={() => { zoomBy(modeler, 0.8); }} />
      <Act label={t('diagram.fit')} icon={<CompressOutlined />} onClick={() => { fit(modeler); }} />
    </div>
  );
}

type ActProps = { label: string; icon: ReactNode; disabled?: boolean; onClick: () => void };

function Act({ label, ...rest }: ActProps) {
  return (
    <Tooltip title={label}>
      <Button size="small" aria-label={label} {...rest} />
    </Tooltip>
  );
}
