import type { Values } from '../../../api/types';
import type { Opened } from './acts-menu';
import { AddSignerDialog } from './add-signer-dialog';
import { CirculateDialog } from './circulate-dialog';
import { ConfirmDialog } from './confirm-dialog';
import { PaperDialog } from './paper-dialog';
import { PassOnDialog } from './pass-on-dialog';
import { RemoveSignerDialog } from './remove-signer-dialog';
import { SendBackDialog } from './send-back-dialog';
import { SheetDialog } from './sheet-dialog';
import { UrgeDialog } from './urge-dialog';
import { VoteDialog } from './vote-dialog';
import { WordDialog } from './word-dialog';

type Props = { opened: Opened; values: Values; confirm: () => void; close: () => void };

/** The dialog of an act. */
export default function Dialogs({ opened, values, confirm, close }: Props) {
  switch (opened) {
    case 'transfer':
    case 'lend':
    case 'assign':
      return <PassOnDialog kind={opened} close={close} />;
    case 'give_back':
    case 'recall':
    case 'take_back':
      return <WordDialog kind={opened} close={close} />;
    case 'send_back':
      return <SendBackDialog close={close} />;
    case 'vote':
      return <VoteDialog values={values} close={close} />;
    case 'add_signer':
      return <AddSignerDialog close={close} />;
    case 'remove_signer':
      return <RemoveSignerDialog close={close} />;
    case 'circulate':
      return <CirculateDialog close={close} />;
    case 'urge':
      return <UrgeDialog close={close} />;
    case 'make_sheet':
      return <SheetDialog close={close} />;
    case 'record_on_paper':
      return <PaperDialog values={values} close={close} />;
    case 'confirm':
      return <ConfirmDialog values={values} confirm={confirm} close={close} />;
    default:
      return null;
  }
}
