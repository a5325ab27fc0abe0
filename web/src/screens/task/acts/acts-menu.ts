import type { TaskAct } from '../../../api/types';

/** The acts of the menu, in the order of the office; `add_signer` stands for its three ways. */
export const MENU = [
  'transfer', 'lend', 'assign', 'recall', 'add_signer', 'remove_signer', 'circulate', 'urge',
  'take_back', 'comment', 'make_sheet', 'record_on_paper', 'unclaim',
] as const;
export type MenuAct = (typeof MENU)[number];

/** Dialogs that the bar can open. */
export type Opened = MenuAct | 'give_back' | 'vote' | 'send_back' | 'confirm';

const SIGNING: TaskAct[] = ['add_signer', 'add_signer_before', 'add_signer_after'];

/** What the menu offers of what the server allows. */
export function menuOf(allowed: TaskAct[]): MenuAct[] {
  return MENU.filter((act) => {
    if (act === 'add_signer') return SIGNING.some((one) => allowed.includes(one));
    // both give the task to another; the one with a reason on record is offered
    if (act === 'assign') return allowed.includes('assign') && !allowed.includes('transfer');
    return allowed.includes(act);
  });
}
