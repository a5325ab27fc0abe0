import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Failure } from '../../parts/failure';
import { Waiting } from '../../parts/waiting';
import { operations, type MendPlan, type Operated } from '../../queries/operations';
import { ActDialog } from '../admin/act-dialog';
import { LineField } from '../admin/line-field';
import { useAct } from '../admin/use-act';
import { EffectList } from './effect-list';

type Props = { operated: Operated; plan: MendPlan; close: () => void };

/** A mend: what exactly, what it would do (found by doing it and taking it back), why; then two people. */
export function MendDialog({ operated, plan: begun, close }: Props) {
  const { t } = useTranslation();
  const [plan, setPlan] = useState<MendPlan>(begun);
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const whole = completed(plan, text);
  const preview = useQuery({
    queryKey: ['operated', operated.id, 'preview', whole],
    queryFn: () => operations.preview(operated.id, whole ?? plan),
    enabled: whole !== undefined,
    gcTime: 0,
    retry: false,
  });
  const act = useAct({
    run: () => operations.propose(operated.id, whole ?? plan, reason.trim()),
    touches: ['operated', 'proposals'],
    said: t('operations.proposed'),
    after: close,
  });
  const token = operated.tokens.find((one) => one.id === plan.token_id);
  const targets = plan.act === 'jump' ? token?.jump_targets : token?.targets;
  return (
    <ActDialog title={t(`operations.${plan.act}`)} okText={t('operations.propose')} isReady={preview.isSuccess && reason.trim() !== ''} act={act} close={close}>
      <p>{t(`operations.${plan.act}_text`)}</p>
      {targets && (
        <Select
          aria-label={t('operations.target')}
          placeholder={t('operations.target')}
          value={plan.target ?? undefined}
          onChange={(target: string) => { setPlan({ ...plan, target }); }}
          showSearch={{ optionFilterProp: 'label' }}
          options={targets.map((target) => ({
            value: target.element_id,
            label: t(`operations.to_${target.direction}`, { name: target.element_name || target.element_id }),
          }))}
        />
      )}
      {plan.act === 'edit_variable' && (
        <>
          <Select
            aria-label={t('operations.variable')}
            placeholder={t('operations.variable')}
            value={plan.variable ?? undefined}
            onChange={(variable: string) => { setPlan({ ...plan, variable }); }}
            showSearch
            options={operated.variables.map((name) => ({ value: name, label: name }))}
          />
          <LineField label={t('rules.value')} value={text} onChange={setText} hint={t('rules.value_hint')} />
        </>
      )}
      {whole !== undefined && preview.isPending && <Waiting />}
      {preview.isError && <Failure error={preview.error} retry={() => void preview.refetch()} />}
      {preview.data && <EffectList effects={preview.data} />}
      <LineField label={t('users.reason')} rows={3} value={reason} onChange={setReason} />
    </ActDialog>
  );
}

/** The plan once everything that its act needs is there. */
function completed(plan: MendPlan, text: string): MendPlan | undefined {
  if (plan.act === 'move' || plan.act === 'jump') return plan.target ? plan : undefined;
  if (plan.act !== 'edit_variable') return plan;
  if (!plan.variable || text.trim() === '') return undefined;
  try {
    return { ...plan, value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
