import { useEffect } from 'react';

/** What floats above the page and goes away again; nobody can come back to it. */
const DIALOG = '[role=dialog], .ant-modal-root';
const FLOATING = `${DIALOG}, [role=menu], [role=listbox]`;

function isSeen(element: Element): boolean {
  return element.isConnected && element.getClientRects().length > 0;
}

function isDialogOpen(): boolean {
  return [...document.querySelectorAll(DIALOG)].some(isSeen);
}

/**
 * Who closes a dialog is back where they opened it. antd does so for a dialog that stays in the
 * page, closed; ours leave it. Where the opener has gone with what the dialog did, it is the content.
 */
export function useFocusReturn(): void {
  useEffect(() => {
    let opener: HTMLElement | null = null;
    let wasInside = false;
    const remember = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      const isInside = target.closest(DIALOG) !== null;
      // behind an open dialog the focus only comes by: antd sends it back
      if (wasInside && !isInside && isDialogOpen()) return;
      wasInside = isInside;
      if (!target.closest(FLOATING)) opener = target;
    };
    const leave = new MutationObserver((changes) => {
      const isLost = wasInside && document.activeElement === document.body;
      if (!isLost || !changes.some((change) => change.removedNodes.length > 0)) return;
      if (isDialogOpen()) return;
      const place = opener && isSeen(opener) ? opener : document.getElementById('main');
      place?.focus({ preventScroll: true });
    });
    document.addEventListener('focusin', remember);
    leave.observe(document.body, { childList: true });
    return () => {
      document.removeEventListener('focusin', remember);
      leave.disconnect();
    };
  }, []);
}
