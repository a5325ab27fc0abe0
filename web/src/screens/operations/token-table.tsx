import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import table from '../../parts/plain-table.module.css';
import type { MendPlan, Operated } from '../../queries/operations';
import admin from '../admin/admin.module.css';

type Props = { operated: Operated; plan: (plan: MendPlan) => void };

/** Where the case stands and what each token waits for. */
export function TokenTable({ operated, plan }: Props) {
  const { t } = useTranslation();
  const mayMove = operated.allowed_acts.includes('propose_move');
  const mayJump = operated.allowed_acts.includes('propose_jump');
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`}>
        <thead>
          <tr>
            <th scope="col">{t('operations.where')}</th>
            <th scope="col">{t('operations.waits')}</th>
            <th scope="col"><span className="sr-only">{t('users.acts')}</span></th>
          </tr>
        </thead>
        <tbody>
          {operated.tokens.map((token) => (
            <tr key={token.id}>
              <td>
                {token.element_name || token.element_id}
                <div className={table.faint}><code>{token.process_key} · {token.element_id}</code></div>
              </td>
              <td data-label={t('operations.waits')}>{t(`operations.waits_${token.waits_for}`)}</td>
              <td>
                <span className={admin.acts}>
                  {mayMove && token.targets.length > 0 && (
                    <Button size="small" onClick={() => { plan({ act: 'move', token_id: token.id }); }}>{t('operations.move')}</Button>
                  )}
                  {mayJump && token.jump_targets.length > 0 && (
                    <Button size="small" onClick={() => { plan({ act: 'jump', token_id: token.id }); }}>{t('operations.jump')}</Button>
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
