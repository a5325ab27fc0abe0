import { useEffect, useRef } from 'react';

import type { TaskSummary } from '../../api/types';

type Keys = {
  tasks: TaskSummary[];
  selected: string | null;
  select: (id: string) => void;
  open: (task: TaskSummary) => void;
  claim: (task: TaskSummary) => void;
  check: (id: string) => void;
  search: () => void;
  help: () => void;
};

export function rowLinkId(taskId: string): string {
  return `task-${taskId}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** A closed dialog stays in the document, without a box. */
function isDialogOpen(): boolean {
  const dialogs = document.querySelectorAll('[role=dialog]');
  return Array.from(dialogs).some((dialog) => dialog.getClientRects().length > 0);
}

/** Enter on a link or a button is theirs. */
function hasOwnEnter(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('a, button, [role=combobox]') !== null;
}

function handle(event: KeyboardEvent, keys: Keys): boolean {
  const at = keys.tasks.findIndex((task) => task.id === keys.selected);
  const task = keys.tasks[at];
  const move = (to: number) => {
    const next = keys.tasks[Math.min(Math.max(to, 0), keys.tasks.length - 1)];
    if (!next) return;
    keys.select(next.id);
    // the focus goes along: screen readers say the row, Enter opens it
    document.getElementById(rowLinkId(next.id))?.focus({ preventScroll: true });
  };
  switch (event.key) {
    case 'j':
      move(at + 1);
      return true;
    case 'k':
      move(at === -1 ? 0 : at - 1);
      return true;
    case 'Enter':
      if (!task || hasOwnEnter(event.target)) return false;
      keys.open(task);
      return true;
    case 'a':
      if (task?.allowed_acts.includes('claim')) keys.claim(task);
      return true;
    case 'x':
      if (task) keys.check(task.id);
      return true;
    case '/':
      keys.search();
      return true;
    case '?':
      keys.help();
      return true;
    default:
      return false;
  }
}

/** j/k, Enter, a, x, / and ? anywhere on the queue page, except while typing or in a dialog. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (isDialogOpen()) return;
      if (handle(event, latest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => {
      document.removeEventListener('keydown', listen);
    };
  }, []);
}
