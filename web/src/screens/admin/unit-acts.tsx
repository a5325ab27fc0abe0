import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Unit } from '../../api/types';
import { UnitChoice } from '../../parts/unit-choice';
import { organisations } from '../../queries/organisations';
import { ActDialog } from './act-dialog';
import { CloseUnit } from './close-unit';
import { LineField } from './line-field';
import { NewOrganisation } from './new-organisation';
import { useAct } from './use-act';

const OPEN = ['below', 'rename', 'move', 'close'] as const;
type Act = (typeof OPEN)[number] | 'reopen';

/** What the security administrator may do with one unit now. */
export function UnitActs({ unit, units }: { unit: Unit; units: Unit[] }) {
  const { t } = useTranslation();
  const [act, open] = useState<Act>();
  const close = () => { open(undefined); };
  const offered: readonly Act[] = unit.closed_on ? ['reopen'] : OPEN;
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: offered.map((one) => ({ key: one, label: t(`units.${one}`), danger: one === 'close' })),
          onClick: ({ key }) => { open(offered.find((one) => one === key)); },
        }}
      >
        <Button size="small" aria-label={t('users.acts_of', { name: unit.name })}>{t('users.acts')}</Button>
      </Dropdown>
      {act === 'below' && <NewOrganisation units={units} above={unit} close={close} />}
      {act === 'rename' && <Rename unit={unit} close={close} />}
      {act === 'move' && <Move unit={unit} close={close} />}
      {act === 'close' && <CloseUnit unit={unit} close={close} />}
      {act === 'reopen' && <Reopen unit={unit} close={close} />}
    </>
  );
}

type Props = { unit: Unit; close: () => void };

const TOUCHES = ['organisations', 'organisation', 'accounts'];

function Rename({ unit, close }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState(unit.name);
  const [short, setShort] = useState(unit.short_name);
  const act = useAct({
    run: () => organisations.rename(unit, { name, short_name: short }),
    touches: TOUCHES,
    said: t('units.rename_done'),
    after: close,
  });
  return (
    <ActDialog title={`${t('units.rename')} ${unit.name}`} okText={t('units.rename')} isReady={name.trim() !== ''} act={act} close={close}>
      <p>{t('units.rename_text')}</p>
      <LineField label={t('units.name')} value={name} onChange={setName} />
      <LineField label={t('units.short_name')} value={short} onChange={setShort} />
    </ActDialog>
  );
}

function Move({ unit, close }: Props) {
  const { t } = useTranslation();
  const [parent, choose] = useState<string | undefined>(unit.parent_id ?? undefined);
  const act = useAct({
    run: () => organisations.move(unit, parent ?? null),
    touches: TOUCHES,
    said: t('units.move_done'),
    after: close,
  });
  return (
    <ActDialog title={`${t('units.move')} ${unit.name}`} okText={t('units.move')} act={act} close={close}>
      <p>{t('units.move_text')}</p>
      <UnitChoice value={parent} onChange={choose} label={t('units.superior')} none={t('units.no_superior')} />
    </ActDialog>
  );
}

function Reopen({ unit, close }: Props) {
  const { t } = useTranslation();
  const act = useAct({
    run: () => organisations.reopen(unit),
    touches: TOUCHES,
    said: t('units.reopen_done', { name: unit.name }),
    after: close,
  });
  return (
    <ActDialog title={`${t('units.reopen')} ${unit.name}`} okText={t('units.reopen')} act={act} close={close}>
      <p>{t('units.reopen_text')}</p>
    </ActDialog>
  );
}
