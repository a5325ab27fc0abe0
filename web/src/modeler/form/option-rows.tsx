import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { TypedInput } from '../panel/typed-input';
import styles from '../panel/panel.module.css';

export type OptionRow = { value: string; label: string };

/** The options that are written into a form. */
export function OptionRows({ rows, onEdit }: { rows: OptionRow[]; onEdit: (rows: OptionRow[] | undefined) => void }) {
  const { t } = useTranslation();
  const set = (index: number, change: Partial<OptionRow>) => {
    onEdit(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  };
  return (
    <div className={styles.field}>
      {rows.map((row, index) => (
        <div key={index} className={styles.option}>
          <label className="sr-only" htmlFor={`option-value-${index}`}>{t('model_form.option_value')}</label>
          <TypedInput id={`option-value-${index}`} value={row.value} isCode isReadOnly={false} onChange={(value) => { set(index, { value }); }} />
          <label className="sr-only" htmlFor={`option-label-${index}`}>{t('model_form.option_label')}</label>
          <TypedInput id={`option-label-${index}`} value={row.label} isReadOnly={false} onChange={(label) => { set(index, { label }); }} />
          <Button
            size="small" type="text" icon={<DeleteOutlined />} aria-label={t('model_form.option_remove')}
            onClick={() => {
              const left = rows.filter((_, at) => at !== index);
              onEdit(left.length > 0 ? left : undefined);
            }}
          />
        </div>
      ))}
      <Button
        size="small" icon={<PlusOutlined />} className={styles.add}
        onClick={() => { onEdit([...rows, { value: `option_${rows.length + 1}`, label: t('model_form.option_label') }]); }}
      >
        {t('model_form.option_add')}
      </Button>
    </div>
  );
}
