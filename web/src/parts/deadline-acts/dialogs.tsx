import type { DeadlineWhole } from '../../api/types';
import { ExtensionDialog } from './extension-dialog';
import { CorrectionDialog } from './correction-dialog';
import type { OpenedAct } from './deadline-acts';
import { DecideDialog } from './decide-dialog';
import { PauseDialog } from './pause-dialog';

type Props = { deadline: DeadlineWhole; opened: OpenedAct; close: () => void };

/** The dialog of an act on a clock. */
export default function DeadlineDialog({ deadline, opened, close }: Props) {
  switch (opened.act) {
    case 'pause':
    case 'resume':
      return <PauseDialog deadline={deadline} act={opened.act} close={close} />;
    case 'correct':
      return <CorrectionDialog deadline={deadline} close={close} />;
    case 'request_extension':
      return <ExtensionDialog deadline={deadline} close={close} />;
    case 'decide':
      return <DecideDialog deadline={deadline} request={opened.request} close={close} />;
  }
}
