import { useBlocker } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Modal } from 'antd';
import { lazy, Suspense, useCallback, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import type { EditorHandle } from '../../modeler/bpmn-editor';
import type { Vocabulary } from '../../modeler/vocabulary';
import { Note } from '../../parts/note';
import { Waiting } from '../../parts/waiting';
import { getPart, modelDraftQuery, modelPartQuery, type ModelDraftWhole, type ModelPart } from '../../queries/model-drafts';
import { DraftStatus } from '../task/draft-status';
import { shortTime } from '../../format/dates';
import { serverNow } from '../../session/clock';
import { forgetLocally, type Kept } from './local-keep';
import { PartActs } from './part-acts';
import { PartReading } from './part-reading';
import { TextEditor } from './text-editor';
import { usePart } from './use-part';
import styles from './edit-step.module.css';

const BpmnEditor = lazy(() => import('../../modeler/bpmn-editor'));
const DmnEditor = lazy(() => import('../../modeler/dmn-editor'));
const FormDesigner = lazy(() => import('../../modeler/form/form-editor'));

type Props = {
  draft: ModelDraftWhole;
  part: ModelPart;
  vocabulary: Vocabulary;
  kept: Kept | null;
  faultIds: string[];
  wanted: { id: string } | null;
  isReadOnly: boolean;
  onSaved: () => void;
  flush: RefObject<() => Promise<unknown>>;
};

/** The editor for one part, with what is known about its being kept. */
export function PartEditor(props: Props) {
  const { draft, part, kept, isReadOnly, onSaved, flush } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const editor = useRef<EditorHandle>(null);
  const [content, setContent] = useState(kept?.content ?? part.content ?? '');
  const [round, setRound] = useState(0);
  const onLost = useCallback(() => {
    void client.invalidateQueries({ queryKey: modelDraftQuery(draft.id).queryKey, exact: true });
  }, [client, draft.id]);
  const { state, keeper } = usePart({
    draftId: draft.id, part, kept, editorRef: editor, flushRef: flush, isReadOnly, onSaved, onLost,
  });

  const blocker = useBlocker({
    shouldBlockFn: async () => !isReadOnly && !(await (flush.current() as Promise<boolean | undefined>)) && keeper.isUnsaved,
    enableBeforeUnload: false,
    withResolver: true,
  });
  const replace = (next: string) => {
    setContent(next);
    setRound((known) => known + 1);
  };
  // the draft was taken over, or taken back: drawn anew, with what was not saved
  const [couldOnlyRead, setCouldOnlyRead] = useState(isReadOnly);
  if (couldOnlyRead !== isReadOnly) {
    setCouldOnlyRead(isReadOnly);
    replace(keeper.content ?? content);
  }
  const reload = async () => {
    forgetLocally(draft.id, part.id);
    keeper.stop();
    await client.resetQueries({ queryKey: modelPartQuery(draft.id, part.id).queryKey });
    onSaved();
  };
  const take = (text: string) => {
    keeper.edit(text);
    replace(text);
  };
  const edit = (text: string) => { keeper.edit(text); };
  const shared = { content, isReadOnly, onEdit: edit, ref: editor };
  return (
    <div className={styles.place}>
      <div className={styles.bar}>
        <h2 className={styles.title}>{part.name || part.path}</h2>
        <span className={styles.path}>{part.path}</span>
        <span className={styles.gap} />
        <DraftStatus state={state} />
        <PartActs
          draft={draft}
          part={part}
          isReadOnly={isReadOnly}
          write={async () => (await editor.current?.write()) ?? content}
          keepVersion={async (note) => {
            await editor.current?.write();
            if (await keeper.flush(note)) void message.success(t('model_part.kept_version'));
          }}
          onImport={take}
          onChanged={() => void reload()}
        />
      </div>
      {kept && state.kind !== 'failed' && (
        <div className={styles.notes}>
          <Note>{t('model_keep.taken', { time: shortTime(kept.at, serverNow()) })}</Note>
        </div>
      )}
      {state.kind === 'failed' && state.problem.status === 412 && (
        <div className={styles.notes}>
          <Overtaken draftId={draft.id} partId={part.id} keeper={keeper} onTheirs={() => void reload()} />
        </div>
      )}
      {part.content === null ? (
        <div className={styles.notes}><Note title={t('model_part.is_removed')} /></div>
      ) : (
        <div className={styles.editor} key={round}>
          <Suspense fallback={<Waiting />}>
            {part.kind === 'bpmn' && (
              <BpmnEditor {...shared} vocabulary={props.vocabulary} faultIds={props.faultIds} wanted={props.wanted} />
            )}
            {part.kind === 'dmn' && <DmnEditor {...shared} />}
            {part.kind === 'form' && (isReadOnly
              ? <PartReading content={content} />
              : <FormDesigner {...shared} vocabulary={props.vocabulary} />)}
            {(part.kind === 'deadlines' || part.kind === 'manifest') && (
              <TextEditor {...shared} label={part.path} />
            )}
          </Suspense>
        </div>
      )}
      <Modal
        open={blocker.status === 'blocked'}
        title={t('models.leave_title')}
        okText={t('models.stay')}
        cancelText={t('models.leave')}
        onOk={() => blocker.reset?.()}
        onCancel={() => blocker.proceed?.()}
        closable={false}
      >
        {t('models.leave_text')}
      </Modal>
    </div>
  );
}

type OvertakenProps = {
  draftId: string;
  partId: string;
  keeper: { overrule: (revision: number) => Promise<boolean> };
  onTheirs: () => void;
};

/** Somebody else saved the same part in between: both texts are there, and a person decides. */
function Overtaken({ draftId, partId, keeper, onTheirs }: OvertakenProps) {
  const { t } = useTranslation();
  const save = async () => {
    const theirs = await getPart(draftId, partId);
    await keeper.overrule(theirs.revision);
  };
  return (
    <Note
      tone="overdue"
      live
      title={t('model_keep.overtaken', { name: t('model_keep.somebody') })}
      act={
        <>
          <Button onClick={() => void save()}>{t('model_keep.save_mine')}</Button>
          <Button onClick={onTheirs}>{t('model_keep.load_theirs')}</Button>
        </>
      }
    >
      {t('model_keep.overtaken_text')}
    </Note>
  );
}
