import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { list, text, type Moddle } from '../services';
import { change, made, type Target } from './field';
import { TypedInput } from './typed-input';
import styles from './panel.module.css';

const WAYS = ['source', 'sourceExpression', 'variables'] as const;
type Way = (typeof WAYS)[number];

function rowsOf({ element }: Target): Moddle[] {
  const holder = element.get('extensionElements') as Moddle | undefined;
  return list(holder, 'values').filter(({ $type }) => $type === 'camunda:In' || $type === 'camunda:Out');
}

function wayOf(row: Moddle): Way {
  return WAYS.find((way) => text(row, way) !== '') ?? 'source';
}

function setRows(target: Target, type: string | null, without?: Moddle): void {
  const { element } = target;
  const known = element.get('extensionElements') as Moddle | undefined;
  const holder = known ?? made('bpmn:ExtensionElements', element, { values: [] });
  if (!known) change(target, element, { extensionElements: holder });
  const kept = list(holder, 'values').filter((row) => row !== without);
  change(target, holder, { values: type ? [...kept, made(type, holder)] : kept });
}

/** What goes into a called process, and what comes out of it. */
export function Mappings({ target, isReadOnly }: { target: Target; isReadOnly: boolean }) {
  const { t } = useTranslation();
  const rows = rowsOf(target);
  return (
    <section className={styles.section}>
      <h3>{t('model_section.mappings')}</h3>
      <p className={styles.hint}>{t('model_hint.mappings')}</p>
      {rows.map((row, index) => (
        <Row key={index} row={row} index={index} target={target} isReadOnly={isReadOnly} />
      ))}
      {!isReadOnly && (
        <div className={styles.acts}>
          <Button size="small" icon={<PlusOutlined />} onClick={() => { setRows(target, 'camunda:In'); }}>
            {t('model_panel.add_in')}
          </Button>
          <Button size="small" icon={<PlusOutlined />} onClick={() => { setRows(target, 'camunda:Out'); }}>
            {t('model_panel.add_out')}
          </Button>
        </div>
      )}
    </section>
  );
}

type RowProps = { row: Moddle; index: number; target: Target; isReadOnly: boolean };

function Row({ row, index, target, isReadOnly }: RowProps) {
  const { t } = useTranslation();
  const way = wayOf(row);
  const isIn = row.$type === 'camunda:In';
  const direction = isIn ? t('model_panel.in') : t('model_panel.out');
  const id = `mapping-${target.element.id ?? ''}-${index}`;
  const setWay = (next: Way) => {
    const value = next === 'variables' ? 'all' : text(row, way) === 'all' ? '' : text(row, way);
    const cleared = Object.fromEntries(WAYS.map((each) => [each, undefined]));
    const all = next === 'variables' ? { target: undefined } : {};
    change(target, row, { ...cleared, ...all, [next]: value || (next === 'source' ? undefined : '= null') });
  };
  return (
    <fieldset className={styles.mapping}>
      <legend>{direction}</legend>
      <Select
        size="small"
        aria-label={`${direction} ${t('model_panel.way')}`}
        value={way}
        disabled={isReadOnly}
        options={WAYS.map((each) => ({ value: each, label: t(`model_choice.way_${each}`) }))}
        onChange={setWay}
      />
      {way !== 'variables' && (
        <>
          <label className="sr-only" htmlFor={`${id}-from`}>{t('model_panel.from')}</label>
          <TypedInput
            id={`${id}-from`} value={text(row, way)} isCode isReadOnly={isReadOnly}
            onChange={(value) => { change(target, row, { [way]: value }); }}
          />
          <span aria-hidden>→</span>
          <label className="sr-only" htmlFor={`${id}-to`}>{t('model_panel.to')}</label>
          <TypedInput
            id={`${id}-to`} value={text(row, 'target')} isCode isReadOnly={isReadOnly}
            onChange={(value) => { change(target, row, { target: value }); }}
          />
        </>
      )}
      {!isReadOnly && (
        <Button
          size="small" type="text" icon={<DeleteOutlined />} aria-label={t('model_panel.remove')}
          onClick={() => { setRows(target, null, row); }}
        />
      )}
    </fieldset>
  );
}
