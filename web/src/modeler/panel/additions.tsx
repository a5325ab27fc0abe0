import { ClockCircleOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';

import { ADDABLE, addAfter, addTimer, remove } from '../adding';
import { is } from '../services';
import type { Context } from './field';
import styles from './panel.module.css';

/** What the mouse does on the drawing, for the keyboard: a step behind this one, a timer, away with it. */
export function Additions({ context }: { context: Context }) {
  const { t } = useTranslation();
  const { modeler, shape, element } = context;
  const isFlow = is(element, 'bpmn:SequenceFlow');
  const mayContinue = isFlow || (is(element, 'bpmn:FlowNode') && !is(element, 'bpmn:EndEvent'));
  const isActivity = is(element, 'bpmn:Activity');
  const mayGo = !is(element, 'bpmn:Process');
  return (
    <div className={styles.acts}>
      {mayContinue && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: ADDABLE.map((kind) => ({ key: kind, label: t(`model_kind.${kind}`) })),
            onClick: ({ key }) => { addAfter(modeler, shape, key); },
          }}
        >
          <Button size="small" icon={<PlusOutlined />}>
            {isFlow ? t('model_panel.insert') : t('model_panel.append')}
          </Button>
        </Dropdown>
      )}
      {isActivity && (
        <Button size="small" icon={<ClockCircleOutlined />} onClick={() => { addTimer(modeler, shape); }}>
          {t('model_panel.add_timer')}
        </Button>
      )}
      {mayGo && (
        <Button size="small" icon={<DeleteOutlined />} onClick={() => { remove(modeler, shape); }}>
          {t('model_panel.delete')}
        </Button>
      )}
    </div>
  );
}
